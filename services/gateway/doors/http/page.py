"""The web page: what was built of `web/page`, as it is, to everybody. All of it is read once and served from memory, so no
request reaches a file; what was packed when it was built goes out packed.

`index.html` answers at every address of a view and is asked for anew each time; what it leads to has its content's hash in
its name, and is kept for a year. After a roll-out an asset of before is `not_found`, which nobody keeps: the page loads anew.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from aiohttp import ETag, web

from chassis import log
from contracts.refusals import Refusal
from services.gateway.doors.http.problems import problem

VIEWS = ("/", "/login", "/administration", "/administration/{rest:.+}", "/c/{rest:.+}", "/p/{rest:.+}")
"""Where people are; which view it is the page itself says."""
INDEX = "index.html"
ASSETS = "assets"
NOT_BUILT = (
    "Parley runs, but its page was not built. `make run` builds it at its start and says what is missing; by hand it is\n"
    "`npm ci && npm run build` in web/. Elsewhere PARLEY_WEB_DIR names the folder that has index.html.\n"
)
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""What is served; nothing else that lies in the folder is."""
PACKED = {"br": ".br", "gzip": ".gz"}
"""By the coding's name what a packed file has behind its own; the first that a browser takes."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
GUARDED = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
NO_DOCUMENT = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
"""Of every other answer: whoever opens one in a browser sees text."""
ASKED_ANEW = "no-cache"
KEPT = "public, max-age=31536000, immutable"
KEPT_FOR_NOW = "public, max-age=3600"
_CODING = re.compile(r"\s*([\w.*+-]+)\s*(?:;\s*q\s*=\s*([\d.]+)\s*)?")


class File(msgspec.Struct, frozen=True):
    """`packed`: the same content by its coding."""

    kind: str
    kept: str
    tag: str
    body: bytes
    packed: Mapping[str, bytes]

    def answer(self, request: web.Request) -> web.Response:
        coding = _coding(request.headers.get("Accept-Encoding", ""), self.packed)
        tag = ETag(f"{self.tag}-{coding}" if coding else self.tag)
        headers = {**GUARDED, "Cache-Control": self.kept, "ETag": f'"{tag.value}"', "Vary": "Accept-Encoding"}
        known = request.if_none_match or ()
        if any(one.value in (tag.value, "*") for one in known):
            return web.Response(status=304, headers=headers)
        if coding:
            headers["Content-Encoding"] = coding
        body = self.packed[coding] if coding else self.body
        return web.Response(body=body, headers={**headers, "Content-Type": self.kind})


class Page:
    """What lies in `folder`. While there is no page it is looked for at each request: one that is built later is served."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = _read(folder)
        if not self._files:
            log.get().warning("page.missing", folder=str(folder))

    def add_to(self, app: web.Application) -> None:
        for path in VIEWS:
            app.router.add_get(path, self._view)
        app.router.add_get(f"/{{name:{ASSETS}/.*}}", self._file)
        kinds = "|".join(re.escape(suffix) for suffix in KINDS if suffix != ".html")
        app.router.add_get(f"/{{name:[^/]+(?:{kinds})}}", self._file)
        app.on_response_prepare.append(_guard)

    async def _view(self, request: web.Request) -> web.Response:
        index = self._found(INDEX)
        if index is None:
            headers = {**GUARDED, "Cache-Control": "no-store"}
            return web.Response(status=404, text=NOT_BUILT, headers=headers)
        return index.answer(request)

    async def _file(self, request: web.Request) -> web.Response:
        file = self._found(request.match_info["name"])
        if file is None:
            refused = problem(Refusal("not_found", "There is no such file."))
            refused.headers["Cache-Control"] = "no-store"
            return refused
        return file.answer(request)

    def _found(self, name: str) -> File | None:
        if not self._files:
            self._files = _read(self._folder)
        return self._files.get(name)


async def _guard(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in NO_DOCUMENT.items():
        response.headers.setdefault(name, value)


def _read(folder: Path) -> dict[str, File]:
    """By name; empty where there is no index, which is read last and leads to the others."""
    try:
        files = {str(path.relative_to(folder)): _file(path, folder) for path in _served(folder)}
        return files if INDEX in files else {}
    except OSError as error:
        log.get().warning("page.unreadable", folder=str(folder), reason=error.strerror)
        return {}


def _served(folder: Path) -> Iterator[Path]:
    """Nothing that a link leads to outside the folder."""
    inside = folder.resolve()
    for path in (*sorted((folder / ASSETS).rglob("*")), *sorted(folder.glob("*"))):
        if path.suffix in KINDS and path.is_file() and path.resolve().is_relative_to(inside):
            yield path


def _file(path: Path, folder: Path) -> File:
    body = path.read_bytes()
    packed = {}
    for coding, suffix in PACKED.items():
        beside = path.with_name(path.name + suffix)
        if beside.is_file() and not beside.is_symlink():
            packed[coding] = beside.read_bytes()
    kept = KEPT if path.parent != folder else ASKED_ANEW if path.name == INDEX else KEPT_FOR_NOW
    return File(KINDS[path.suffix], kept, hashlib.sha256(body).hexdigest()[:32], body, packed)


def _coding(accepted: str, packed: Mapping[str, bytes]) -> str | None:
    """The first of `packed` that is taken (RFC 9110, 12.5.3); None for the file as it is."""
    weights: dict[str, float] = {}
    for part in accepted.lower().split(","):
        if found := _CODING.fullmatch(part):
            try:
                weights[found[1]] = float(found[2] or 1)
            except ValueError:  # no number: as if it were not taken
                weights[found[1]] = 0
    return next((coding for coding in packed if weights.get(coding, weights.get("*", 0)) > 0), None)
