"""What the documents name is there: settings with their defaults, routes with their methods, files they lead to."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from chassis.settings import PREFIX, Settings
from chassis.version import version
from contracts.doors import ASYNCAPI, OPENAPI
from contracts.doors import PREFIX as DOORS
from contracts.everything import ASKS
from contracts.outsiders import TOLD_STREAM, WITH_TEXT
from contracts.permissions import DEAD_STREAM
from contracts.published import VERSION
from services.prepare import PrepareSettings

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PLACEHOLDER = f"{PREFIX}X"
SETTING = re.compile(rf"{PREFIX}[A-Z][A-Z0-9_]*")
ROW = re.compile(rf"^\| `({PREFIX}\w+)` \|(?: `(.*?)`)? \|", re.MULTILINE)
PATH = re.compile(r"(?:\b(GET|POST|PUT|PATCH|DELETE) )?/api/v1(/[\w/{}-]+(?:\.json)?)")
COMMAND = re.compile(r"\bcurl\b[^\n|]*?\$url(/[\w/$-]+)")
WORD = re.compile(r"\{\w+\}|\$\w+")
LINK = re.compile(r"\]\(([^):#]+)(?:#([\w-]+))?\)")


@pytest.fixture(params=DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def text(request: pytest.FixtureRequest) -> str:
    return Path(request.param).read_text()


def test_every_setting_is_one_of_some_part(text: str) -> None:
    known = {*_defaults(), PLACEHOLDER, DEAD_STREAM, WITH_TEXT, TOLD_STREAM}
    named = set(SETTING.findall(text))
    assert not [name for name in named if name not in known and name.removesuffix("_FILE") not in known]


def test_every_default_in_a_table_is_the_one_it_has(text: str) -> None:
    defaults = _defaults()
    said = {name: default for name, default in ROW.findall(text) if name in defaults}
    assert said == {name: defaults[name] for name in said}


def test_every_path_is_a_route(text: str) -> None:
    methods = _routes()
    said = [(method, _pattern(path)) for method, path in PATH.findall(text)]
    said += [("", _pattern(path)) for path in COMMAND.findall(text)]
    assert not [one for one in said if one[1] not in methods or one[0] not in ("", *methods[one[1]])]


def test_every_link_leads_to_a_file_and_a_heading() -> None:
    for document in DOCUMENTS:
        for path, heading in LINK.findall(document.read_text()):
            target = document.parent / path
            assert target.exists(), f"{document.name}: {path}"
            assert not heading or heading in _headings(target.read_text()), f"{document.name}: {path}#{heading}"


def test_there_is_something_to_look_at() -> None:
    text = "".join(document.read_text() for document in DOCUMENTS)
    assert len(ROW.findall(text)) >= 30
    assert len(PATH.findall(text)) >= 5
    assert len(COMMAND.findall(text)) >= 25


def _defaults() -> dict[str, str]:
    """By the name of each setting; of one without a default, or with an empty one: nothing."""
    return {
        PREFIX + field.name.upper(): "" if field.default is msgspec.NODEFAULT else _written(field.default)
        for cls in _all_settings()
        for field in msgspec.structs.fields(cls)
    }


def _written(default: object) -> str:
    return str(default).lower() if isinstance(default, bool) else str(default)


def test_the_documents_are_of_the_version_of_the_project() -> None:
    assert version() == VERSION


def _all_settings() -> Iterator[type[Settings]]:
    for path in (ROOT / "services").glob("*/settings.py"):
        module = importlib.import_module(f"services.{path.parent.name}.settings")
        own = f"{path.parent.name.capitalize()}Settings"
        yield getattr(module, own)
    yield PrepareSettings


def _routes() -> dict[str, set[str]]:
    """Methods by path, with every placeholder alike."""
    methods: dict[str, set[str]] = {}
    for route in [ask.route for ask in ASKS.values() if ask.route]:
        methods.setdefault(_pattern(route.path), set()).add(route.method)
    for document in (OPENAPI, ASYNCAPI):
        methods[document.removeprefix(DOORS)] = {"GET"}
    return methods


def _pattern(path: str) -> str:
    return WORD.sub("{}", path)


def _headings(text: str) -> set[str]:
    """As a link names them."""
    return {
        re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in text.splitlines()
        if line.startswith("#")
    }
