"""Asking over HTTP as anybody, for what a test needs beside its browsers."""

import asyncio
from typing import Any

import aiohttp

TOO_MANY = 429


class Api:
    """Who asks is logged in once."""

    def __init__(self, http: aiohttp.ClientSession, url: str, password: str) -> None:
        self._http = http
        self._url = f"{url}/api/v1"
        self._password = password
        self._tokens: dict[str, str] = {}

    async def __call__(self, login: str, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """The body of the answer, {} where there is none. Who asks too much waits; any other refusal fails."""
        headers = {"Authorization": f"Bearer {await self._token(login)}"}
        while True:
            async with self._http.request(method, self._url + path, json=body, headers=headers) as answer:
                told: dict[str, Any] = {} if answer.status == 204 else await answer.json()
            if answer.status != TOO_MANY:
                assert answer.ok, f"{login}: {method} {path}: {told}"
                return told
            await asyncio.sleep(told["retry_after_s"])

    async def _token(self, login: str) -> str:
        if login not in self._tokens:
            form = {"login": login, "password": self._password, "session": "token"}
            async with self._http.post(f"{self._url}/auth/login", json=form) as answer:
                assert answer.ok, f"{login}: {await answer.text()}"
                self._tokens[login] = (await answer.json())["access_token"]
        return self._tokens[login]
