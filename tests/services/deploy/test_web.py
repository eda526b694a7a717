"""The page is built when its sources changed, once whoever asks, and what cannot be built takes nothing away."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from deploy.local import web
from deploy.local.cluster import Cluster
from deploy.local.errors import CannotStart
from deploy.local.options import Options
from tests.kit.ports import neighbours

pytestmark = pytest.mark.timeout(120)
BUILDING = "set-up: building the page"


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The page's folder in a copy of `web/`, with the packages that are installed here."""
    web.install(lambda _: None)
    copy = tmp_path / "web"
    shutil.copytree(web.WEB, copy, ignore=shutil.ignore_patterns(*web.NO_SOURCES, ".build"))
    (copy / "node_modules").symlink_to(web.WEB / "node_modules")
    monkeypatch.setattr(web, "WEB", copy)
    monkeypatch.setattr(web, "DIST", copy / "page" / "dist")
    monkeypatch.setattr(web, "INDEX", copy / "page" / "dist" / "index.html")
    yield copy / "page"


def test_it_is_built_once_and_again_when_a_source_changed(page: Path) -> None:
    said: list[str] = []
    web.build(said.append)
    assert said == [BUILDING]
    index = page / "dist" / "index.html"
    assert "/assets/" in index.read_text()
    scripts = list((page / "dist" / "assets").glob("*.js"))
    assert {f"{one.name}.{end}" for one in scripts if one.stat().st_size > 2_000 for end in ("gz", "br")} <= {
        one.name for one in (page / "dist" / "assets").iterdir()
    }
    web.build(said.append)
    assert said == [BUILDING]
    (page / "index.html").write_text((page / "index.html").read_text().replace("<title>", "<title>Another "))
    web.build(said.append)
    assert said == [BUILDING] * 2
    assert "<title>Another " in index.read_text()


def test_of_several_at_once_one_builds_and_the_others_wait(page: Path) -> None:
    said: list[str] = []
    with ThreadPoolExecutor() as pool:
        list(pool.map(web.build, [said.append] * 3))
    assert said == [BUILDING]
    assert (page / "dist" / "index.html").exists()


def test_what_cannot_be_built_is_said_and_the_page_of_before_stays(page: Path) -> None:
    web.build(lambda _: None)
    before = (page / "dist" / "index.html").read_bytes()
    (page / "src" / "main.tsx").write_text("this is no script")
    for _ in range(2):  # it is not taken for built
        with pytest.raises(CannotStart, match=r"(?s)^The page could not be built: mend web/page\. .*main\.tsx"):
            web.build(lambda _: None)
    assert (page / "dist" / "index.html").read_bytes() == before


def test_packages_that_cannot_be_had_are_said(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (page.parent / "node_modules").unlink()
    monkeypatch.setattr(web, "PATIENCE", ("--registry=http://127.0.0.1:9/", "--fetch-retries=0", "--prefer-online"))
    monkeypatch.setenv("npm_config_cache", str(page / "cache"))
    with pytest.raises(CannotStart, match=r"(?s)^The packages of the page could not be installed: .*ECONNREFUSED"):
        web.build(lambda _: None)
    assert not (page / "dist").exists()


async def test_a_cluster_starts_without_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes with a client of their own needs none."""

    def fail(_: object) -> None:
        raise CannotStart("The page could not be built: mend web/page.")

    monkeypatch.setattr(web, "build", fail)
    said: list[str] = []
    async with Cluster(Options(tmp_path / "data", port=neighbours(1)), said.append):
        at = said.index("The page could not be built: mend web/page.")
        assert said[at + 1].startswith("until the page is built, the ")
