"""The project's commands beside its Python."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.entry_points import install
from deploy.local.process import ROOT

PROJECT = '[project]\nname = "hello"\n[project.scripts]\nhello = "hello:main"\n'


def test_a_command_runs_from_anywhere_and_ends_as_it_says(tmp_path: Path) -> None:
    folder = tmp_path / "a clone" / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "python").symlink_to(sys.executable)
    (folder.parent / "pyproject.toml").write_text(PROJECT)
    (folder.parent / "hello.py").write_text("import sys\ndef main():\n    print(sys.argv[1:])\n    return 7\n")
    install(folder, folder.parent / "pyproject.toml")
    linked = tmp_path / "hello"
    linked.symlink_to(folder / "bin" / "hello")
    for command in (folder / "bin" / "hello", linked):
        ended = subprocess.run([command, "a b", "c"], cwd="/", capture_output=True, text=True, check=False)
        assert (ended.returncode, ended.stdout, ended.stderr) == (7, "['a b', 'c']\n", "")


def test_what_is_as_it_should_be_is_not_written_again(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    install(tmp_path, tmp_path / "pyproject.toml")
    made = (tmp_path / "bin" / "hello").stat()
    install(tmp_path, tmp_path / "pyproject.toml")
    assert (tmp_path / "bin" / "hello").stat().st_mtime_ns == made.st_mtime_ns
    install(tmp_path, tmp_path / "nothing.toml")


def test_the_operators_command_is_one(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    install(tmp_path, ROOT / "pyproject.toml")
    script = tmp_path / "bin" / "parley"
    assert os.access(script, os.X_OK) and "from parley.command import main" in script.read_text()
