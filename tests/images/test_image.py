"""What the Dockerfile says, done by hand: what it copies is there, and is enough for every part, with the packages of its lock
and nothing that can be written."""

import contextlib
import json
import os
import re
import resource
import shutil
import stat
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path, PurePosixPath

import pytest

from deploy.local.node import npm, with_node
from deploy.local.web import DIST, WEB
from services.__main__ import PARTS
from tests.images.dockerfile import DOCKERFILE, IGNORE, ROOT, Ignored, Stage, given, stages

OURS = ("contracts", "chassis", "services", "parley")
LOCK = ROOT / "requirements" / "run.txt"
IMPORTED = """\
import importlib, pkgutil, sys
for package in sys.argv[1:]:
    for found in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
print(*{sys.modules[name].__file__.removesuffix("__init__.py") for name in sys.argv[1:]}, sep="\\n")
"""


@pytest.fixture(scope="module")
def made() -> dict[str, Stage]:
    return stages(DOCKERFILE.read_text("utf-8"))


@pytest.fixture(scope="module")
def seen() -> list[PurePosixPath]:
    """What a builder is given."""
    return given(Ignored(IGNORE.read_text("utf-8")))


@pytest.fixture(scope="module")
def image(made: dict[str, Stage], seen: list[PurePosixPath], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the code, as the stage leaves it that makes it, of files that only their owner could read."""
    root, folder = tmp_path_factory.mktemp("image"), made["code"].folder.relative_to("/")
    for copy in made["code"].copies:
        if copy.origin is None:
            _lay(copy.sources, copy.target, seen, root)
        else:
            assert (copy.origin, copy.sources) == ("page", ("/web/page/dist/",))
            shutil.copytree(DIST, root / copy.target.relative_to("/"))
    for path in (root / folder).rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    own_python = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for said in made["code"].words["RUN"]:
        subprocess.run(["sh", "-c", said], cwd=root / folder, env=own_python, check=True)
    assert made["parley"].folder.relative_to("/") == folder
    _install(root / "packages")
    return root / folder


def test_hadolint_has_nothing_to_say() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, DOCKERFILE], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_whatever_is_copied_is_there(made: dict[str, Stage], seen: list[PurePosixPath]) -> None:
    for stage in made.values():
        for copy in stage.copies:
            if copy.origin is not None:
                assert copy.origin in made, copy
                continue
            for source in copy.sources:
                assert _below(source, seen), f"{source} is not there, or .dockerignore leaves it out"


def test_a_builder_is_given_no_secrets_no_data_and_no_tests(seen: list[PurePosixPath]) -> None:
    folders = {path.parts[0] for path in seen}
    assert folders == {"pyproject.toml", "requirements", "contracts", "chassis", "services", "parley", "web"}
    assert not [path for path in seen if "test" in path.parts]
    ignored = Ignored(IGNORE.read_text("utf-8"))
    for secret in (
        ".env",
        ".data/run/secrets.json",
        "services/.env.local",
        "deploy/compose/secrets/mongo-url",
        ".git/config",
    ):
        assert PurePosixPath(secret) in ignored


def test_it_is_nobody_who_runs_and_asks_after_itself(made: dict[str, Stage]) -> None:
    final = list(made.values())[-1]
    assert final.name == "parley"
    assert final.words["USER"] == ["10001:10001"]
    assert final.list_of("ENTRYPOINT") == ["python", "-m", "services"]
    assert final.list_of("HEALTHCHECK") == [*final.list_of("ENTRYPOINT"), "healthcheck"]
    assert not any(copy.origin is None for copy in final.copies), "what was built is all there is"
    installs = [said for stage in made.values() for said in stage.words.get("RUN", []) if "pip install" in said]
    assert installs and all("--require-hashes" in said and "--only-binary=:all:" in said for said in installs)
    assert re.search(r'^version = "(.*)"$', (ROOT / "pyproject.toml").read_text(), re.M)[1] in DOCKERFILE.read_text()  # type: ignore[index]


def test_all_of_it_can_be_read_by_anybody_and_has_its_bytecode(image: Path) -> None:
    for path in image.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o444 == 0o444, path
    assert list(image.glob("services/gateway/__pycache__/wiring.*.pyc"))


@pytest.mark.parametrize("part", [*PARTS, "prepare"])
def test_every_part_starts_from_it_and_asks_for_its_settings(image: Path, part: str) -> None:
    done = _run(image, ["-m", "services", part])
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("Settings: PARLEY_INSTANCE is missing")


def test_the_operators_command_and_the_health_check_run_from_it(image: Path) -> None:
    assert "first-admin" in _run(image, ["-m", "parley", "--help"]).stdout
    done = _run(image, ["-m", "services", "healthcheck"], {"PARLEY_OPS_PORT": "1"})
    assert (done.returncode, "port 1" in done.stderr) == (1, True)


def test_it_needs_only_itself_and_the_packages_of_its_lock(image: Path) -> None:
    done = _run(image, ["-c", IMPORTED, *OURS])
    assert done.returncode == 0, done.stderr
    assert {Path(line) for line in done.stdout.split()} == {image / name for name in OURS}


def test_the_page_builds_from_what_its_stage_has(
    made: dict[str, Stage], seen: list[PurePosixPath], tmp_path: Path
) -> None:
    for copy in made["page"].copies:
        _lay(copy.sources, copy.target, seen, tmp_path)
    (tmp_path / "web" / "node_modules").symlink_to(WEB / "node_modules")
    assert made["page"].words["RUN"][-1] == "npm run build --workspace page"
    done = subprocess.run(
        [*npm(), "run", "build", "--workspace", "page"],
        cwd=tmp_path / "web",
        env=with_node(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    built, ours = (
        {path.name for path in folder.rglob("*") if path.is_file()} for folder in (tmp_path / "web/page/dist", DIST)
    )
    assert built == {name for name in ours if not name.startswith(".sources")}


def test_its_packages_are_listed_as_cyclonedx(made: dict[str, Stage], tmp_path: Path) -> None:
    said = made["listed"].words["RUN"][-1].removeprefix("/opt/sbom/bin/cyclonedx-py").split()
    words = [str(tmp_path / word.strip("/")) if word.startswith("/") else word for word in said]
    command = [str(Path(sys.executable).with_name("cyclonedx-py")), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    listed = json.loads((tmp_path / "parley.cdx.json").read_text())
    assert (listed["bomFormat"], listed["specVersion"]) == ("CycloneDX", "1.6")
    assert listed["metadata"]["component"]["name"] == "parley"
    locked = re.findall(r"^([a-z][\w.-]*)==([\w.]+)", LOCK.read_text(), re.MULTILINE)
    assert {(one["name"], one["version"]) for one in listed["components"]} == set(locked)
    assert all(one["purl"].startswith("pkg:pypi/") for one in listed["components"])
    assert all(one["externalReferences"][0]["hashes"] for one in listed["components"])


def _below(source: str, seen: list[PurePosixPath]) -> list[PurePosixPath]:
    whole = PurePosixPath(source.rstrip("/") or ".")
    return [path for path in seen if path == whole or whole in path.parents]


def _lay(sources: tuple[str, ...], target: PurePosixPath, seen: list[PurePosixPath], root: Path) -> None:
    """As COPY does: of a folder its content, a file into the folder."""
    into = root / target.relative_to("/")
    for source in sources:
        whole = PurePosixPath(source.rstrip("/") or ".")
        for path in _below(source, seen):
            place = into / (path.name if path == whole else path.relative_to(whole))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, place)


def _install(folder: Path) -> None:
    """What pip would install from the lock for this machine, as links to what is installed here."""
    folder.mkdir()
    for line in LOCK.read_text("utf-8").splitlines():
        if named := re.match(r"([a-z][\w.-]*)==", line):
            with contextlib.suppress(metadata.PackageNotFoundError):  # for other machines
                installed = metadata.distribution(named[1])
                for part in {path.parts[0] for path in installed.files or () if path.parts[0] != ".."}:
                    if not (folder / part).exists():
                        (folder / part).symlink_to(str(installed.locate_file(part)))


def _run(image: Path, words: list[str], environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """As a container would: from there, with nothing else in its environment, and not able to write a file anywhere."""
    return subprocess.run(
        [sys.executable, "-S", *words],
        cwd=image,
        env={"PYTHONPATH": str(image.parent / "packages"), "PYTHONDONTWRITEBYTECODE": "1", **(environ or {})},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
