"""The HTTP routes, made from the contract table: path, query and body become the fields of the ask."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any, get_type_hints
from urllib.parse import unquote_to_bytes

import msgspec
from aiohttp import web

from chassis.ops import Readiness
from contracts.auth import Refresh, Tokens
from contracts.doors import COOKIE, COOKIE_PATH, KEYS, MAY_SAY_WHO, PREFIX, READY, WITH_COOKIE
from contracts.everything import ASKS
from contracts.refusals import Refusal, Refused
from contracts.table import Ask
from services.gateway.actions.relay import Relay
from services.gateway.domain.addresses import Callers
from services.gateway.domain.identity import Identity, Keys, bearer
from services.gateway.doors.caller import caller_of
from services.gateway.doors.http.bodies import file_fields, json_fields
from services.gateway.doors.http.documents import add_documents
from services.gateway.doors.http.export import exported
from services.gateway.doors.http.problems import problem

READING = ("GET", "HEAD")
EXPORT = "conversation.export"
Identify = Callable[[Any], Awaitable[Identity]]
_encode = msgspec.json.Encoder().encode
_KINDS = {ask.name: get_type_hints(ask.request) for ask in ASKS.values()}
"""Of the fields of an ask, by name."""


class Cookies(msgspec.Struct, frozen=True):
    """How browsers keep refresh tokens: for so long, and, where `secure`, over TLS alone."""

    max_age_s: int
    secure: bool


class HttpDoor:
    """`origins`: of pages from elsewhere that are welcome. `asked` hears of a person and the ask."""

    def __init__(
        self,
        relay: Relay,
        identify: Identify,
        keys: Keys,
        callers: Callers,
        cookies: Cookies,
        origins: Collection[str] = (),
        asked: Callable[[str, str], None] = lambda *_: None,
    ) -> None:
        self._relay = relay
        self._identify = identify
        self._keys = keys
        self._callers = callers
        self._cookies = cookies
        self._origins = origins
        self._asked = asked

    def add_to(self, app: web.Application, readiness: Readiness) -> None:
        for ask in ASKS.values():
            if ask.route is not None:
                handler: Callable[[web.Request], Awaitable[web.StreamResponse]] = self._handler(ask)
                if ask.name == EXPORT:
                    handler = self._export
                # the answer to HEAD reaches nobody: not for what is handed over once
                is_read = ask.route.method == "GET" and ask.idempotent
                for method in READING if is_read else (ask.route.method,):
                    app.router.add_route(method, PREFIX + ask.route.path, handler, expect_handler=_expect)
        app.router.add_get(KEYS, self._jwks)
        app.router.add_get(READY, readiness.report)
        add_documents(app)

    def _handler(self, ask: Ask) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            identity = await self._asker(ask, request)
            if identity is not None:
                self._relay.allow(identity.user.user_id)
                if not identity.is_service:
                    self._asked(identity.user.user_id, ask.name)
            fields = await _fields(ask, request, self._origins)
            in_body = _is_token_wanted(ask, fields)
            cookie = None if _is_of_a_strange_page(request, self._origins) else request.cookies.get(COOKIE)
            if cookie and ask.name in WITH_COOKIE and "refresh_token" not in fields:
                fields["refresh_token"] = cookie
            if ask.name == "auth.logout" and identity is None and "refresh_token" not in fields:
                bearer(None)
            caller = caller_of(request, self._callers)
            body = await self._relay(ask, fields, identity, caller, lax=request.method in READING)
            assert ask.route is not None
            # tokens, links that are handed over once, and what one person may see and the next may not
            response = web.Response(status=ask.route.status, headers={"Cache-Control": "no-store"})
            if ask.route.status != 204:
                response.content_type = "application/json"
                response.body = body if in_body or ask.answer is not Tokens else self._keep_cookie(body, response)
            is_own_end = (
                ask.name == "session.end" and identity is not None and fields["session_id"] == identity.session_id
            )
            if ask.name == "auth.logout" or is_own_end:
                response.del_cookie(COOKIE, path=COOKIE_PATH)
            return response

        return handle

    async def _export(self, request: web.Request) -> web.StreamResponse:
        ask = ASKS[EXPORT]
        identity = await self._asker(ask, request)
        assert identity is not None
        caller = caller_of(request, self._callers)
        fields = {**await _fields(ask, request, self._origins), "after_seq": 0}

        async def part(after_seq: int) -> bytes:
            self._relay.allow(identity.user.user_id)
            return await self._relay(ask, {**fields, "after_seq": after_seq}, identity, caller)

        return await exported(request, str(fields.get("format", "json")), part)

    async def _asker(self, ask: Ask, request: web.Request) -> Identity | None:
        headers = request.headers.getall("Authorization", [])
        if ask.open and not (headers and ask.name in MAY_SAY_WHO):
            return None
        try:
            # of two, a proxy may have believed the other one
            return await self._identify(bearer(headers[0] if len(headers) == 1 else None))
        except Refused:
            if ask.name == "auth.logout" and COOKIE in request.cookies:
                return None  # the cookie says which session; a browser's token has often run out by then
            raise

    def _keep_cookie(self, body: bytes, response: web.Response) -> bytes:
        """A browser's refresh token goes into its cookie."""
        answer = msgspec.json.decode(body)
        token = answer.pop("refresh_token", None)
        if token:
            response.set_cookie(
                COOKIE,
                token,
                max_age=self._cookies.max_age_s,
                path=COOKIE_PATH,
                httponly=True,
                samesite="Strict",
                secure=self._cookies.secure,
            )
        return _encode(answer)

    async def _jwks(self, _: web.Request) -> web.Response:
        # less than the time between a key's first showing and its first signature, whatever else that takes
        headers = {"Cache-Control": "public, max-age=15"}
        body = _encode({"keys": self._keys.published})
        return web.Response(body=body, content_type="application/json", headers=headers)


def _is_of_a_strange_page(request: web.Request, origins: Collection[str]) -> bool:
    """As the browser says. `SameSite` lets pages of neighbouring hosts and ports send the cookie, too."""
    site = request.headers.get("Sec-Fetch-Site")
    return site in ("same-site", "cross-site") and request.headers.get("Origin") not in origins


def _is_token_wanted(ask: Ask, fields: dict[str, Any]) -> bool:
    """Whether the answer's body has the refresh token: for who asked for it with a password, or brought one along. What came
    in a cookie no script reads, ever."""
    return "refresh_token" in fields if ask.request is Refresh else fields.get("session") == "token"


async def _expect(request: web.Request) -> web.Response | None:
    """Refuses any expectation but the one there is (RFC 9110, 10.1.1). Middlewares do not see what happens here."""
    if request.headers.get("Expect", "").lower() != "100-continue":
        return problem(Refusal("invalid", "Expect nothing but 100-continue."))
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # the answer itself has not begun
    return None


async def _fields(ask: Ask, request: web.Request, origins: Collection[str]) -> dict[str, Any]:
    """Raises Refused: `invalid`, `too_large`."""
    fields: dict[str, Any] = {}
    if request.method in READING:
        _check_query(request.rel_url.raw_query_string)
        fields.update(request.query)
        if "user_ids" in fields:
            fields["user_ids"] = [one for each in request.query.getall("user_ids") for one in each.split(",") if one]
    elif ask.route is not None and ask.route.file is not None:
        fields.update(await file_fields(request))
    elif request.can_read_body:
        fields.update(await json_fields(request, origins))
    fields.update({name: _placed(ask, name, text) for name, text in request.match_info.items()})
    return fields


def _check_query(query: str) -> None:
    """What is escaped and is no UTF-8 would be read as the letters of its escapes. Raises Refused."""
    for part in query.split("&"):
        try:
            unquote_to_bytes(part).decode()
        except UnicodeError:
            name, what = part.partition("=")[0], "Not UTF-8."
            errors = {name: [what]} if name.isidentifier() else None
            raise Refused("invalid", "The query is not UTF-8.", errors=errors) from None


def _placed(ask: Ask, name: str, text: str) -> Any:
    """A number in a path is written as text; what is none stays text, and is refused where the fields are checked."""
    try:
        return msgspec.convert(text, _KINDS[ask.name][name], strict=False)
    except msgspec.ValidationError:
        return text
