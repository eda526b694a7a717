"""What a Dockerfile says, read without a builder, and what `.dockerignore` keeps from it."""

import json
import os
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
DOCKERFILE = ROOT / "deploy" / "docker" / "Dockerfile"
IGNORE = ROOT / ".dockerignore"

NOT_LOOKED_INTO = {".git", ".venv", ".tools", "node_modules", "__pycache__"}
"""They are large; that builders are not given them is tested by their names."""


@dataclass(frozen=True)
class Copy:
    """`origin`: the stage that it is from; None: what the builder is given."""

    origin: str | None
    sources: tuple[str, ...]
    target: PurePosixPath


@dataclass
class Stage:
    name: str
    image: str
    folder: PurePosixPath = field(default_factory=lambda: PurePosixPath("/"))
    copies: list[Copy] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)
    """What each other instruction says, in order."""

    def list_of(self, instruction: str) -> list[str]:
        """Of the last one, in its exec form."""
        said = self.words[instruction][-1]
        words: list[str] = json.loads(said[said.index("[") :])
        return words


def instructions(text: str) -> Iterator[tuple[str, str]]:
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n\s*", "", lines).splitlines():
        if line.strip():
            word, _, rest = line.strip().partition(" ")
            yield word.upper(), rest.strip()


def stages(text: str) -> dict[str, Stage]:
    """By name, in order. Raises ValueError for what builders of 2019 do not know."""
    found: dict[str, Stage] = {}
    stage: Stage | None = None
    for word, rest in instructions(text):
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stage = found[name] = Stage(name, image)
        elif stage is None:
            continue
        elif word == "COPY":
            stage.copies.append(_copy(rest, stage.folder))
        elif word == "WORKDIR":
            stage.folder /= rest
        else:
            if "<<" in rest or "--mount" in rest:
                raise ValueError(f"{word} {rest}")
            stage.words.setdefault(word, []).append(rest)
    return found


def _copy(rest: str, folder: PurePosixPath) -> Copy:
    words = shlex.split(rest)
    flags = [word for word in words if word.startswith("--")]
    if others := [flag for flag in flags if not flag.startswith("--from=")]:
        raise ValueError(f"COPY {others}")
    *sources, target = [word for word in words if word not in flags]
    return Copy(flags[0].removeprefix("--from=") if flags else None, tuple(sources), folder / target)


class Ignored:
    """`.dockerignore`, as builders read it: the last rule that fits a path, or a folder that it is in, counts."""

    def __init__(self, text: str) -> None:
        lines = (line.strip() for line in text.splitlines())
        rules = [line for line in lines if line and not line.startswith("#")]
        self._rules = [(not rule.startswith("!"), _fits(rule.removeprefix("!").strip("/"))) for rule in rules]

    def __contains__(self, path: PurePosixPath) -> bool:
        whole = [str(path), *(str(parent) for parent in path.parents if str(parent) != ".")]
        verdict = False
        for is_out, fits in self._rules:
            if any(fits.fullmatch(one) for one in whole):
                verdict = is_out
        return verdict


def _fits(rule: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", rule)
    known = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile("".join(known.get(part, re.escape(part)) for part in parts))


def given(ignored: Ignored) -> list[PurePosixPath]:
    """Which files of the project a builder sees."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(set(folders) - NOT_LOOKED_INTO)
        found += [PurePosixPath(folder, name).relative_to(ROOT) for name in sorted(names)]
    return [path for path in found if path not in ignored]
