"""One log-in of one person: tokens that stay fresh, and HTTP as this person at whichever gateway answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import aiohttp
import msgspec

from tests.kit.refusal import Refused, Unanswered

REQUEST_TIMEOUT_S = 10.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 2.0
FRESH_FOR_S = 30.0


def open_http() -> aiohttp.ClientSession:
    """One for all people of a process: any number of connections, and nobody's cookies. Whoever opens it closes it."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar())


class Gateways:
    """The ways in, one of them in use; whoever finds it gone moves on to the next."""

    def __init__(self, urls: Sequence[str], first: int = 0) -> None:
        self._urls = list(urls)
        self._place = first % len(self._urls)

    @property
    def url(self) -> str:
        return self._urls[self._place]

    def move_on(self) -> None:
        self._place = (self._place + 1) % len(self._urls)


class Session:
    """Refreshed under a lock: two askers with one old token would get two successors."""

    def __init__(self, http: aiohttp.ClientSession, gateways: Gateways, login: str, password: str) -> None:
        self.login = login
        self.user: dict[str, Any] = {}
        self._http = http
        self._gateways = gateways
        self._password = password
        self._access_token = ""
        self._refresh_token = ""
        self._expires_at = 0.0
        self._margin_s = FRESH_FOR_S
        self._refreshing = asyncio.Lock()

    @property
    def user_id(self) -> str:
        user_id: str = self.user["user_id"]
        return user_id

    @property
    def is_open(self) -> bool:
        return bool(self._access_token)

    @property
    def fresh_for_s(self) -> float:
        """How long until the token should be refreshed; negative when it is late."""
        return self._expires_at - self._margin_s - time.monotonic()

    async def log_in(self, patience_s: float = 60.0) -> dict[str, Any]:
        form = {"login": self.login, "password": self._password, "session": "token"}
        answer = await self._request("POST", "/auth/login", patience_s, json=form)
        self.user = answer["user"]
        self._keep(answer)
        return answer

    async def fresh_token(self) -> str:
        async with self._refreshing:
            if self.fresh_for_s <= 0:
                await self._refresh()
            return self._access_token

    async def refresh(self) -> None:
        """A fresh token, however fresh the present one is."""
        async with self._refreshing:
            await self._refresh()

    def expire(self) -> None:
        """The server called the token too old, whatever our clock says."""
        self._expires_at = 0.0

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, str | int] | None = None,
        patience_s: float = 60.0,
    ) -> dict[str, Any]:
        """The body of a success. Asked again while the way is gone or the refusal is a passing one, for `patience_s`:
        give 0 where an ask must not be repeated.
        """
        token = await self.fresh_token()
        headers = {"Authorization": f"Bearer {token}"}
        return await self._request(method, path, patience_s, json=json, params=params, headers=headers)

    async def _refresh(self) -> None:
        form = {"refresh_token": self._refresh_token}
        self._keep(await self._request("POST", "/auth/refresh", 60.0, json=form))

    async def _request(self, method: str, path: str, patience_s: float, **options: Any) -> dict[str, Any]:
        until, pause_s = time.monotonic() + patience_s, FIRST_PAUSE_S
        while True:
            try:
                return await self._once(method, path, **options)
            except (Unanswered, Refused) as error:
                if isinstance(error, Refused) and not error.is_passing:
                    raise
                asked_pause_s = error.retry_after_s if isinstance(error, Refused) else None
                if time.monotonic() + pause_s > until:
                    raise
            await asyncio.sleep(asked_pause_s or pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _once(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        url, what = f"{self._gateways.url}/api/v1{path}", f"{method} {path}"
        timeout = aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_S)
        try:
            async with self._http.request(method, url, timeout=timeout, **options) as response:
                status, content = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._gateways.move_on()
            raise Unanswered(f"{what}: {error!r}") from error
        body = _body(content)
        if status < HTTPStatus.BAD_REQUEST:
            return body
        if status == HTTPStatus.SERVICE_UNAVAILABLE:
            self._gateways.move_on()
            body.setdefault("code", "unavailable")
        raise Refused(what, body, status)

    def _keep(self, answer: dict[str, Any]) -> None:
        self._access_token = answer["access_token"]
        self._refresh_token = answer.get("refresh_token", self._refresh_token)
        self._expires_at = time.monotonic() + answer["expires_in"]
        self._margin_s = min(FRESH_FOR_S, answer["expires_in"] / 5)


def _body(content: bytes) -> dict[str, Any]:
    """An answer that is not JSON has no code either; its status then speaks."""
    try:
        body: dict[str, Any] = msgspec.json.decode(content, type=dict[str, Any]) if content else {}
    except msgspec.DecodeError:
        return {"message": content[:200].decode(errors="replace")}
    return body
