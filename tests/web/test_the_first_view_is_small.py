"""How much script a browser loads before somebody sees the log-in, or the messenger: from what was built."""

import gzip
import json
from typing import Any

import pytest

from deploy.local.web import DIST

BYTES_MAX = 150_000
OWN_BYTES_MIN = 1_000
LANGUAGES = ("en", "it")
VIEWS = ("login", "messenger")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    built: dict[str, Any] = json.loads((DIST / ".vite" / "manifest.json").read_text())
    return built


@pytest.mark.parametrize("view", VIEWS)
def test_what_a_first_view_loads_at_once_is_small(manifest: dict[str, Any], view: str) -> None:
    own = ("index.html", f"src/views/{view}/index.tsx")
    for language in LANGUAGES:
        scripts = {file for name in (*own, f"src/text/{language}.ts") for file in _loaded(manifest, name)}
        packed = {file: _packed(file) for file in scripts}
        assert sum(packed.values()) < BYTES_MAX, sorted(packed.items(), key=lambda one: -one[1])


def test_no_view_comes_with_the_page_itself(manifest: dict[str, Any]) -> None:
    """Whoever logs in does not wait for what an administrator sees. A view that came along would be a name alone, which
    leads to what is there already."""
    at_once = _loaded(manifest, "index.html")
    for view in (*VIEWS, "administration"):
        own = manifest[f"src/views/{view}/index.tsx"]["file"]
        assert own not in at_once
        assert _packed(own) > OWN_BYTES_MIN


def _packed(file: str) -> int:
    return len(gzip.compress((DIST / file).read_bytes()))


def _loaded(manifest: dict[str, Any], name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """The scripts of `name`, and those it imports."""
    if name in seen:
        return set()
    part = manifest[name]
    return {part["file"]}.union(*(_loaded(manifest, each, seen | {name}) for each in part.get("imports", ())))
