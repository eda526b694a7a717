"""What a shift change costs everyone else: `python -m bench.logins --data-dir .data`, against the running local cluster.

Measures `me.get` alone, while 200 people log in at once, and alone again, all in one run: the ratio is the result.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp

from bench.replay.cluster import ClusterMissing, find_cluster
from bench.replay.loop import run

ADMIN, PASSWORD = "admin", "Parley-2026"
ASKERS = 4
"""Each asks as a person of its own, below the limit of asks for one."""
PAUSE_S = 0.025
CREATED_AT_ONCE = 8


@dataclass(frozen=True)
class Measured:
    what: str
    took_s: Sequence[float]
    lasted_s: float

    def at(self, share: float) -> float:
        ordered = sorted(self.took_s)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000

    def row(self) -> str:
        return f"{self.what:<22}{len(self.took_s):>8}{self.at(0.5):>10.1f}{self.at(0.99):>10.1f}{self.lasted_s:>10.1f}"


class Bench:
    def __init__(self, http: aiohttp.ClientSession, gateways: Sequence[str]) -> None:
        self._http = http
        self._gateways = gateways
        self._turn = 0
        self.refusals: Counter[str] = Counter()

    async def ask(self, method: str, path: str, token: str | None = None, **fields: Any) -> Any:
        """The answer; whoever is told to come again later does so. Ends the process with any other refusal."""
        while True:
            self._turn += 1
            url = f"{self._gateways[self._turn % len(self._gateways)]}/api/v1{path}"
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with self._http.request(method, url, json=fields or None, headers=headers) as response:
                body = await response.json(content_type=None)
                if response.status < 300:
                    return body
            self.refusals[body["code"]] += 1
            if body["code"] not in ("unavailable", "rate_limited"):
                sys.exit(f"logins: {method} {path}: {body['code']}: {body['message']}")
            await asyncio.sleep(body.get("retry_after_s", 1.0))

    async def log_in(self, login: str) -> str:
        token: str = (await self.ask("POST", "/auth/login", login=login, password=PASSWORD))["access_token"]
        return token

    async def people(self, count: int) -> list[str]:
        """Their logins. The same ones at each run: a repeated request makes nobody twice."""
        admin, some = await self.log_in(ADMIN), asyncio.Semaphore(CREATED_AT_ONCE)

        async def create(login: str) -> str:
            async with some:
                person = {"name": login, "role": "agent", "password": PASSWORD, "request_id": login}
                await self.ask("POST", "/users", admin, login=login, **person)
                return login

        return list(await asyncio.gather(*(create(f"bench-login-{number}") for number in range(count))))

    async def measure(self, what: str, tokens: Sequence[str], until: asyncio.Future[Any]) -> Measured:
        took_s: list[float] = []
        began = monotonic()

        async def keep_asking(token: str) -> None:
            while not until.done():
                asked = monotonic()
                await self.ask("GET", "/me", token)
                took_s.append(monotonic() - asked)
                await asyncio.sleep(PAUSE_S)

        await asyncio.gather(*map(keep_asking, tokens))
        return Measured(what, took_s, monotonic() - began)


async def measure(gateways: Sequence[str], logins: int, alone_s: float) -> None:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as http:
        bench = Bench(http, gateways)
        people = await bench.people(logins + ASKERS)
        tokens = [await bench.log_in(login) for login in people[logins:]]

        async def alone(what: str) -> Measured:
            return await bench.measure(what, tokens, asyncio.ensure_future(asyncio.sleep(alone_s)))

        before = await alone("alone")
        bench.refusals.clear()
        everyone = asyncio.gather(*map(bench.log_in, people[:logins]))
        storm = await bench.measure(f"with {logins} log-ins", tokens, everyone)
        await everyone
        told_again = bench.refusals["unavailable"]
        after = await alone("alone again")
    print(f"{'me.get':<22}{'asks':>8}{'p50 ms':>10}{'p99 ms':>10}{'seconds':>10}")
    for each in (before, storm, after):
        print(each.row())
    print(f"p99 with log-ins is {storm.at(0.99) / before.at(0.99):.2f} times that before, ", end="")
    print(f"{storm.at(0.99) / after.at(0.99):.2f} times that after.")
    print(
        f"{logins / storm.lasted_s:.1f} log-ins/s; told to come again: {told_again} times; load {os.getloadavg()[0]:.1f}"
    )


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser("logins", description="Measure me.get with and without people logging in.")
    parser.add_argument("--data-dir", type=Path, default=Path(os.environ.get("DATA_DIR") or ".data"))
    parser.add_argument("--logins", type=int, default=200, help="people who log in at once")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long me.get is measured alone")
    given = parser.parse_args(words)
    try:
        gateways = find_cluster(given.data_dir).gateways
    except ClusterMissing as error:
        sys.exit(f"logins: {error}")
    run(measure(gateways, given.logins, given.seconds))


if __name__ == "__main__":
    main(sys.argv[1:])
