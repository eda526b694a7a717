"""The HTTP door with the real auth behind it: credentials, cookies, statuses."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from yarl import URL

from chassis.bus import PARLEY, Bus
from chassis.ops import Readiness
from chassis.settings import Settings
from chassis.tasks import Tasks
from contracts.auth import CreateUser
from contracts.doors import COOKIE
from contracts.everything import ASKS
from deploy.local.servers import mongo, nats, redis
from services.auth.settings import AuthSettings
from services.auth.wiring import wire
from services.gateway.actions.identify import Identify
from services.gateway.actions.relay import Relay
from services.gateway.domain.addresses import Callers
from services.gateway.domain.identity import Keys
from services.gateway.doors.http.problems import problems
from services.gateway.doors.http.routes import Cookies, HttpDoor
from services.gateway.rooms.changed_people import ChangedPeople
from services.gateway.rooms.ended import EndedSessions
from tests.kit.servers import thrown_away

PASSWORD = "Parley-2026"
Client = TestClient[Any, Any]


@pytest.fixture
async def door(tmp_path: Path, aiohttp_client: Callable[[web.Application], Awaitable[Client]]) -> AsyncIterator[Client]:
    hub, store, cache = nats(tmp_path), mongo(tmp_path), redis(tmp_path)
    async with thrown_away(hub, store, cache):

        def of(part: str) -> dict[str, Any]:
            return {
                "instance": part,
                "nats_url": hub.url,
                "nats_user": part,
                "nats_password": hub.passwords[part],
            }

        tasks = Tasks()
        auth_bus = await Bus.connect(Settings(**of("auth")), "auth")
        auth = wire(
            AuthSettings(**of("auth"), mongo_url=store.url, redis_url=cache.url, bcrypt_cost=4), auth_bus, tasks
        )
        await auth.start()
        bus = await Bus.connect(Settings(**of("gateway")), "gateway")
        local = await Bus.connect(Settings(**of("local")), "local")
        person = CreateUser(login="ada", name="Ada", role="agent", password=PASSWORD)
        await local.ask(ASKS["user.create"], person, PARLEY)
        keys = Keys("parley", 900)
        app = web.Application(middlewares=[problems])
        identify = Identify(bus, keys, EndedSessions(900), ChangedPeople(900))
        HttpDoor(Relay(bus, 20, 1), identify, keys, Callers(""), Cookies(3600, secure=False)).add_to(app, Readiness({}))
        yield await aiohttp_client(app)
        await auth.leave()
        for each in (local, bus, auth_bus):
            await each.drain()
        await tasks.drain(1)
        await auth.close()


async def _log_in(door: Client, **more: str) -> Any:
    return await door.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD, **more})


async def test_a_browser_keeps_its_refresh_token_in_a_cookie(door: Client) -> None:
    response = await _log_in(door)
    assert "refresh_token" not in await response.json()
    cookie = response.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    refreshed = await door.post("/api/v1/auth/refresh", cookies={COOKIE: cookie.value})
    assert refreshed.status == 200
    assert "refresh_token" not in await refreshed.json()
    assert refreshed.cookies[COOKIE].value != cookie.value


async def test_who_asks_for_it_has_it_in_the_body(door: Client) -> None:
    answer = await (await _log_in(door, session="token")).json()
    refreshed = await door.post("/api/v1/auth/refresh", json={"refresh_token": answer["refresh_token"]})
    assert (await refreshed.json())["refresh_token"] != answer["refresh_token"]
    assert COOKIE not in refreshed.cookies


async def test_a_log_out_says_nothing_and_drops_the_cookie(door: Client) -> None:
    token = (await (await _log_in(door)).json())["access_token"]
    response = await door.post("/api/v1/auth/logout", headers={"Authorization": f"Bearer {token}"})
    assert response.status == 204
    assert response.cookies[COOKIE].value == ""


async def test_who_logs_out_has_to_say_who(door: Client) -> None:
    response = await door.post("/api/v1/auth/logout")
    assert (response.status, (await response.json())["code"]) == (401, "unknown_authorization_format")


async def test_a_monitor_may_ask_for_the_head_alone(door: Client) -> None:
    response = await door.head("/api/v1/auth/password-policy")
    assert (response.status, await response.read()) == (200, b"")
    assert int(response.headers["Content-Length"]) > 100
    assert (await door.head("/api/v1/me")).status == 401


async def test_too_many_asks_are_told_when_to_come_back(door: Client) -> None:
    token = (await (await _log_in(door)).json())["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    statuses = [(await door.get("/api/v1/me", headers=headers)).status for _ in range(22)]
    assert statuses[:20] == [200] * 20
    refused = await door.get("/api/v1/me", headers=headers)
    assert refused.status == 429
    assert refused.headers["Retry-After"] == "1"
    assert (await refused.json())["code"] == "rate_limited"


async def test_what_a_role_may_not_do_is_forbidden(door: Client) -> None:
    token = (await (await _log_in(door)).json())["access_token"]
    person = {"login": "grace", "name": "Grace", "role": "agent", "password": PASSWORD}
    response = await door.post("/api/v1/users", json=person, headers={"Authorization": f"Bearer {token}"})
    assert (response.status, (await response.json())["code"]) == (403, "forbidden")


async def test_a_browser_whose_token_has_run_out_can_log_out(door: Client) -> None:
    """The cookie says which session ends; the Bearer is refused everywhere else."""
    await door.post("/api/v1/auth/login", json={"login": "ada", "password": PASSWORD})
    stale = {"Authorization": "Bearer run.out.token"}
    assert (await door.post("/api/v1/auth/logout", headers=stale)).status == 204
    assert (await door.post("/api/v1/auth/refresh")).status == 401


async def test_a_field_that_is_wrong_is_named(door: Client) -> None:
    refused = await door.post("/api/v1/auth/login", json={"login": 7, "password": "x"})
    assert (await refused.json())["errors"] == {"login": ["Expected `str`, got `int`"]}
    refused = await door.post("/api/v1/auth/login", json={"login": "ada"})
    assert list((await refused.json())["errors"]) == ["password"]


@pytest.mark.parametrize("name", ["q", "login", "\N{BOMB}"])
@pytest.mark.parametrize("escaped", ["%ED%A0%80", "%ED%A0%80%ED%B0%80", "%FF", "a%C3"])
async def test_a_query_that_is_no_text_is_refused(door: Client, name: str, escaped: str) -> None:
    """Its escapes were read as letters, and nothing was found."""
    token = (await (await _log_in(door)).json())["access_token"]
    url = URL(f"/api/v1/users?{quote(name)}={escaped}&limit=1", encoded=True)
    refused = await door.get(url, headers={"Authorization": f"Bearer {token}"})
    assert (refused.status, (await refused.json())["code"]) == (422, "invalid")
    assert (await refused.json()).get("errors") == ({name: ["Not UTF-8."]} if name.isidentifier() else None)


async def test_what_cannot_be_expected_is_refused_as_everything_else(door: Client) -> None:
    refused = await door.post("/api/v1/auth/login", json={}, headers={"Expect": "miracles"})
    assert refused.content_type == "application/problem+json"
    assert "miracles" not in await refused.text()


async def test_a_method_that_is_not_there_says_which_are(door: Client) -> None:
    refused = await door.put("/api/v1/auth/login")
    assert refused.status == 405
    assert refused.headers["Allow"] == "POST"
