"""The project's own commands in `.venv/bin`: those of [project.scripts], run from the checkout that `.venv` is in. Standard
library only. No pip: it would want a build, and what that fetches has no hash."""

import tomllib
from pathlib import Path

SCRIPT = """\
#!/bin/sh
'''exec' "$(dirname "$(readlink -f "$0")")/python" "$0" "$@"
' '''
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[2])
from {module} import {function}

sys.exit({function}())
"""
"""A shell gives way to the Python beside it, wherever the folder is moved to or linked from."""


def install(folder: Path, project: Path = Path("pyproject.toml")) -> None:
    """Into `folder`/bin; what is there already as it should be stays untouched. Nothing where there is no such project."""
    if not project.exists():
        return
    scripts: dict[str, str] = tomllib.loads(project.read_text(encoding="utf-8"))["project"].get("scripts", {})
    for name, place in scripts.items():
        module, _, function = place.partition(":")
        path, content = folder / "bin" / name, SCRIPT.format(module=module, function=function)
        if path.exists() and path.read_text(encoding="utf-8") == content:
            continue
        draft = path.with_name(f".{name}.new")
        draft.write_text(content, encoding="utf-8")
        draft.chmod(0o755)
        draft.replace(path)
