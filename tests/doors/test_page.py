"""The web page at the HTTP door: what of its folder is served, how long it is kept, and what a browser may do with it."""

import asyncio
import gzip
import itertools
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contracts.doors import PREFIX
from services.gateway.doors.http.page import NOT_BUILT, POLICY
from tests.doors.house import House, Servers, house

INDEX = "<!doctype html><title>Parley</title>" + " " * 300
SCRIPT = "export const said = 'Grüße';" * 20
SECRET = "nobody's business"
TAKEN = {
    "gzip, deflate, br, zstd": "br",
    "gzip": "gzip",
    "GZIP;q=0.5": "gzip",
    "br;q=0, gzip": "gzip",
    "*": "br",
    "*;q=0": None,
    "identity": None,
    "": None,
    "gzip;q=much, br;q=1.0.0, ;;": None,
}
"""What a browser says it takes, and how it gets the script."""
NOT_THERE = (
    "/nothing",
    "/index.html",
    "/secret.js",
    "/notes.md",
    "/.sources",
    "/.vite/manifest.json",
    "/manifest.json",
    "/assets",
    "/assets/",
    "/assets/deep",
    "/assets/page-1.js.gz",
    "/assets/page-2.js",
    "/assets/../../secret.js",
    "/assets/..%2f..%2fsecret.js",
    "/assets/%2e%2e/%2e%2e/secret.js",
    "/assets/..%5c..%5csecret.js",
    "/assets/page-1.js%00",
    "/assets/%00/../page-1.js",
    "/assets//page-1.js",
    "/assets/./page-1.js",
    "/assets/link.js",
    "/assets/others/secret.js",
    "/assets/%2Fetc%2Fpasswd",
    "//etc/passwd",
    "/..%2fsecret.js",
    "/%2e%2e/secret.js",
    "/login.js",
    "/c",
    "/p/",
)
VIEWS = ("/", "/login", "/administration", "/administration/people", "/c/d_1", "/c/d_1/more", "/p/u_1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As a build leaves it, with more beside it that is nobody's."""
    folder = tmp_path / "dist"
    (folder / "assets" / "deep").mkdir(parents=True)
    (folder / ".vite").mkdir()
    (folder / ".vite" / "manifest.json").write_text(SECRET)
    (folder / ".sources").write_text(SECRET)
    (folder / "notes.md").write_text(SECRET)
    (tmp_path / "secret.js").write_text(SECRET)
    (folder / "assets" / "link.js").symlink_to(tmp_path / "secret.js")
    (folder / "assets" / "others").symlink_to(tmp_path)
    (folder / "assets" / "deep" / "far.css").write_text("p{}")
    (folder / "icon.svg").write_text("<svg/>")
    for name, content in (("index.html", INDEX), ("assets/page-1.js", SCRIPT)):
        (folder / name).write_text(content)
        (folder / f"{name}.gz").write_bytes(gzip.compress(content.encode()))
    (folder / "assets" / "page-1.js.br").write_bytes(b"packed by Brotli")
    return folder


@pytest.fixture
async def page(servers: Servers, folder: Path) -> AsyncIterator[House]:
    async with house(servers, gateway={"web_dir": str(folder)}) as made:
        yield made


class Seen:
    """An answer as it came, nothing unpacked."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        self.status = int(status.split()[1])
        self.headers = dict(line.split(": ", 1) for line in lines)


async def get(page: House, path: str, method: str = "GET", **headers: str) -> Seen:
    """Asks for `path` as it is written here: no client sets it right."""
    at = urlsplit(page.url)
    reader, writer = await asyncio.open_connection(at.hostname, at.port)
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    writer.write(f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{more}\r\n".encode())
    raw = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    return Seen(raw)


async def test_every_address_of_a_view_is_the_page_and_asked_for_anew(page: House) -> None:
    for path in VIEWS:
        answer = await get(page, path)
        assert (answer.status, answer.body.decode()) == (200, INDEX), path
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        again = await get(page, path, If_None_Match=answer.headers["ETag"])
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", answer.headers["ETag"])
        assert again.headers["Cache-Control"] == "no-cache"
        assert (await get(page, path, If_None_Match='"of-before"')).status == 200


async def test_what_it_leads_to_is_kept_for_a_year(page: House) -> None:
    for path, kind in (("/assets/page-1.js", "text/javascript"), ("/assets/deep/far.css", "text/css")):
        answer = await get(page, path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, f"{kind}; charset=utf-8")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    icon = await get(page, "/icon.svg")
    assert (icon.status, icon.headers["Content-Type"]) == (200, "image/svg+xml")
    assert icon.headers["Cache-Control"] == "public, max-age=3600"


async def test_a_page_is_bound_to_its_own_scripts_and_nobody_frames_it(page: House) -> None:
    for path in ("/", "/login", "/assets/page-1.js", "/icon.svg"):
        headers = (await get(page, path)).headers
        assert headers["Content-Security-Policy"] == POLICY
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Permissions-Policy"].startswith("camera=(), ")
    for source in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert source in POLICY
    assert "unsafe" not in POLICY


async def test_no_other_answer_is_a_document(page: House) -> None:
    for path in (f"{PREFIX}/me", f"{PREFIX}/auth/password-policy", f"{PREFIX}/openapi.json", "/nothing", "/readyz"):
        headers = (await get(page, path)).headers
        assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'", path
        assert headers["X-Content-Type-Options"] == "nosniff"


async def test_it_goes_out_packed_as_the_browser_takes_it(page: House) -> None:
    content = {"br": b"packed by Brotli", "gzip": gzip.compress(SCRIPT.encode()), None: SCRIPT.encode()}
    for accepted, coding in TAKEN.items():
        answer = await get(page, "/assets/page-1.js", Accept_Encoding=accepted)
        assert (answer.status, answer.headers.get("Content-Encoding")) == (200, coding), accepted
        assert answer.body[10:] == content[coding][10:]  # of gzip's head, the time is another
        assert answer.headers["Vary"] == "Accept-Encoding"


async def test_each_packing_has_a_tag_of_its_own(page: House) -> None:
    """One tag for both let a proxy hand gzip to who takes none."""
    plain = (await get(page, "/")).headers["ETag"]
    packed = (await get(page, "/", Accept_Encoding="gzip")).headers["ETag"]
    assert plain != packed
    assert (await get(page, "/", Accept_Encoding="gzip", If_None_Match=plain)).status == 200
    for known in (packed, f"W/{packed}", f"{plain}, {packed}"):
        assert (await get(page, "/", Accept_Encoding="gzip", If_None_Match=known)).status == 304


async def test_the_head_alone_says_the_same(page: House) -> None:
    for path in ("/", "/assets/page-1.js"):
        whole, head = await get(page, path), await get(page, path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        for name in ("Content-Length", "Content-Type", "ETag", "Cache-Control"):
            assert head.headers[name] == whole.headers[name]


async def test_a_page_is_read_and_nothing_else(page: House) -> None:
    for path, method in itertools.product(("/", "/assets/page-1.js"), ("POST", "PUT", "DELETE", "PATCH", "OPTIONS")):
        answer = await get(page, path, method)
        assert answer.status == 405, method
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert set(answer.headers["Allow"].split(",")) == {"GET", "HEAD"}


async def test_whatever_else_is_asked_for_is_not_there(page: House) -> None:
    for path in NOT_THERE:
        answer = await get(page, path)
        assert (answer.status, answer.headers["Content-Type"]) == (404, "application/problem+json"), path
        assert SECRET not in answer.body.decode()


async def test_nobody_keeps_that_an_asset_of_another_roll_out_is_not_here(page: House) -> None:
    answer = await get(page, "/assets/page-0.js")
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


async def test_without_a_page_it_says_how_to_have_one_and_serves_it_once_it_is_there(
    servers: Servers, folder: Path
) -> None:
    shutil.move(folder, away := folder.with_name("away"))
    async with house(servers, gateway={"web_dir": str(folder)}) as parley:
        for path in ("/", "/login"):
            answer = await get(parley, path)
            assert (answer.status, answer.body.decode()) == (404, NOT_BUILT)
            assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
            assert answer.headers["Cache-Control"] == "no-store"
        assert (await get(parley, "/assets/page-1.js")).status == 404
        assert (await parley.ask("GET", "/auth/password-policy")).status == 200
        shutil.move(away, folder)
        assert (await get(parley, "/")).body.decode() == INDEX
