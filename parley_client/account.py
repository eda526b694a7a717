"""Who this client is: by login and password, with tokens that stay fresh; or by the token of a service account."""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from parley_client.contract import asks, types
from parley_client.errors import Refused
from parley_client.http import Http
from parley_client.returns import until_answered

PATIENCE_S = 60.0
TIMEOUT_S = 10.0
MARGIN_S = 30.0
"""So long before its end a token is refreshed; sooner where tokens are short."""


class Account(Protocol):
    """`fresh_for_s`: when the token should be replaced; None: it lasts as it is."""

    @property
    def fresh_for_s(self) -> float | None: ...

    async def who(self) -> types.User:
        """Raises as `token`."""
        ...

    async def token(self) -> str:
        """One that is good for a while. Raises Refused, and Unanswered where nobody answers for a minute."""
        ...

    def expire(self) -> bool:
        """The server says that the token is too old, whatever our clock says. False: there will be no other."""
        ...

    async def log_out(self) -> None:
        """Raises Refused or Unanswered: then the session ends by itself."""
        ...


class ServiceAccount:
    """Its token is good until an administrator revokes it, or it expires."""

    fresh_for_s = None

    def __init__(self, http: Http, token: str) -> None:
        self._http = http
        self._token = token

    async def who(self) -> types.User:
        answer = await until_answered(self._ask, PATIENCE_S, repeatable=True)
        return answer.user

    async def _ask(self) -> types.UserAnswer:
        return await self._http.ask(asks.ME_GET, types.Nothing(), self._token, TIMEOUT_S)

    async def token(self) -> str:
        return self._token

    def expire(self) -> bool:
        return False

    async def log_out(self) -> None:
        """The token is for the next run, too."""


class PasswordAccount:
    """One session: begun with the password, and again only where the session has run out by itself. Refreshed under a lock:
    two who show one old refresh token look like a thief."""

    def __init__(self, http: Http, login: str, password: str) -> None:
        self._http = http
        self._login = login
        self._password = password
        self._access_token = ""
        self._refresh_token = ""
        self._good_until = 0.0
        self._one_at_a_time = asyncio.Lock()
        self._user: types.User | None = None

    @property
    def fresh_for_s(self) -> float:
        return self._good_until - time.monotonic()

    async def who(self) -> types.User:
        await self.token()
        assert self._user is not None
        return self._user

    async def token(self) -> str:
        async with self._one_at_a_time:
            if not self._access_token:
                await self._log_in()
            elif self.fresh_for_s <= 0:
                await self._refresh()
            return self._access_token

    def expire(self) -> bool:
        self._good_until = 0.0
        return True

    async def log_out(self) -> None:
        async with self._one_at_a_time:
            if self._refresh_token:
                request = types.Logout(refresh_token=self._refresh_token)
                self._access_token = self._refresh_token = ""
                await self._http.ask(asks.AUTH_LOGOUT, request, None, TIMEOUT_S)

    async def _log_in(self) -> None:
        request = types.Login(login=self._login, password=self._password, session="token")
        self._keep(
            await until_answered(
                lambda: self._http.ask(asks.AUTH_LOGIN, request, None, TIMEOUT_S), PATIENCE_S, repeatable=True
            )
        )

    async def _refresh(self) -> None:
        request = types.Refresh(refresh_token=self._refresh_token)
        try:
            self._keep(
                await until_answered(
                    lambda: self._http.ask(asks.AUTH_REFRESH, request, None, TIMEOUT_S), PATIENCE_S, repeatable=True
                )
            )
        except Refused as refused:
            if refused.code != "token_expired":
                raise  # who was sent away does not come back by itself
            await self._log_in()

    def _keep(self, told: types.Tokens) -> None:
        self._user = told.user
        self._access_token = told.access_token
        self._refresh_token = told.refresh_token or self._refresh_token
        self._good_until = time.monotonic() + told.expires_in - min(MARGIN_S, told.expires_in / 5)
