"""Guessing passwords, at the doors: an account locks, an address slows, and whoever knows the password comes in."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from chassis.clock import monotonic
from tests.doors.house import PASSWORD, Answer, House, Servers, house
from tests.kit.raw_socket import RawSocket
from tests.kit.waiting import eventually

FAILURES = 3
LOCKOUT_S = 900
AGAIN_S = 0.1
ADA, GRACE = "203.0.113.9", "203.0.113.10"
BEHIND_A_PROXY: dict[str, Any] = {"trusted_proxies": "127.0.0.0/8, ::1"}


@asynccontextmanager
async def guarded(servers: Servers, **auth: Any) -> AsyncIterator[House]:
    """Locks after FAILURES; `X_Forwarded_For` is believed."""
    async with house(servers, auth={"lockout_failures": FAILURES, **auth}, gateway=BEHIND_A_PROXY) as made:
        async for key in made.redis.scan_iter("guesses:*"):
            await made.redis.delete(key)
        yield made


async def codes(asks: Sequence[Awaitable[Answer]]) -> Counter[str]:
    return Counter(answer.code or str(answer.status) for answer in await asyncio.gather(*asks))


async def lock(parley: House, login: str, **headers: str) -> None:
    for _ in range(FAILURES):
        answer = await parley.log_in(login, "Wrong-2026", **headers)
        assert (answer.status, answer.code) == (401, "invalid_credentials")


async def trail(parley: House, **wanted: Any) -> list[dict[str, Any]]:
    return [each async for each in parley.database["audit"].find(wanted).sort("at")]


async def test_an_account_locks_and_time_unlocks_it(servers: Servers) -> None:
    async with guarded(servers) as parley:
        ada = await parley.create("ada")
        await lock(parley, "ada")
        for password in (PASSWORD, "Wrong-2026"):
            refused = await parley.log_in("ADA", password)
            assert (refused.status, refused.code) == (429, "too_many_attempts")
            assert LOCKOUT_S - 10 < refused.body["retry_after_s"] <= LOCKOUT_S
            assert refused.headers["Retry-After"] == f"{refused.body['retry_after_s']:.0f}"
        parley.clock.move(seconds=LOCKOUT_S - 5)
        assert (await parley.log_in("ada")).body["retry_after_s"] <= 5
        parley.clock.move(seconds=6)
        assert (await parley.log_in("ada")).status == 200
        entries = await trail(parley, target_id=ada["user_id"], action={"$ne": "user.create"})
        assert [(each["action"], each["outcome"]) for each in entries] == [
            *(("auth.login", "invalid_credentials") for _ in range(FAILURES)),
            ("user.locked", "done"),
            ("auth.login", "done"),
        ]
        assert entries[FAILURES]["address"] == "127.0.0.1" and "actor_id" not in entries[FAILURES]
        await eventually(lambda: any(told.name == "auth.audit.recorded" for told in parley.told))


async def test_a_login_that_nobody_has_answers_the_same(servers: Servers) -> None:
    """To the letter, so that nobody learns who is here; and what was typed is in no store, nor is anything for ever."""
    async with guarded(servers) as parley:
        await parley.create("ada")
        for nobody in ("nobody", "My-Secret-2026", "no such login", "\0", "n" * 3_000):
            for _ in range(FAILURES + 2):
                one, other = await parley.log_in("ada", "Wrong-2026"), await parley.log_in(nobody, "Wrong-2026")
                assert one.status == other.status
                assert one.body.keys() == other.body.keys()
                assert {name: text for name, text in one.body.items() if name != "retry_after_s"} == {
                    name: text for name, text in other.body.items() if name != "retry_after_s"
                }
            parley.clock.move(seconds=LOCKOUT_S + 1)
        await parley.log_in("My-Secret-2026", "Wrong-2026")  # is remembered, and locks nothing yet
        keys = [key async for key in parley.redis.scan_iter("guesses:*")]
        assert keys and all(b"Secret" not in key and b"secret" not in key and len(key) < 100 for key in keys)
        assert [await parley.redis.pttl(key) > 0 for key in keys] == [True] * len(keys)
        assert "Secret" not in str(await trail(parley))


async def test_parallel_guesses_are_as_many_as_one_after_another(servers: Servers) -> None:
    async with guarded(servers) as parley:
        await parley.create("ada")
        said = await codes([parley.log_in("ada", f"Wrong-{number}") for number in range(100)])
        assert said == {"invalid_credentials": FAILURES, "too_many_attempts": 100 - FAILURES}
        assert len(await trail(parley, action="user.locked")) == 1
        assert len(await trail(parley, action="auth.login", outcome="too_many_attempts")) == 0


async def test_one_person_may_come_in_many_times_at_once(servers: Servers) -> None:
    """All over those that may be wrong were refused, with the right password."""
    async with guarded(servers) as parley:
        await parley.create("ada")
        assert await codes([parley.log_in("ada") for _ in range(2 * FAILURES + 5)]) == {"200": 2 * FAILURES + 5}


async def test_a_right_password_begins_anew(servers: Servers) -> None:
    async with guarded(servers) as parley:
        await parley.create("ada")
        for _ in range(3):
            said = [await parley.log_in("ada", "Wrong-2026") for _ in range(FAILURES - 1)]
            assert {each.code for each in said} == {"invalid_credentials"}
            assert (await parley.log_in("ada")).status == 200


async def test_old_failures_are_forgotten(servers: Servers) -> None:
    async with guarded(servers) as parley:
        await parley.create("ada")
        for _ in range(4 * FAILURES):
            assert (await parley.log_in("ada", "Wrong-2026")).code == "invalid_credentials"
            parley.clock.move(seconds=LOCKOUT_S / (FAILURES - 1))
        assert (await parley.log_in("ada")).status == 200


async def test_no_lockout_where_it_is_off(servers: Servers) -> None:
    async with guarded(servers, lockout_failures=0) as parley:
        await parley.create("ada")
        said = await codes([parley.log_in("ada", "Wrong-2026") for _ in range(30)])
        assert said == {"invalid_credentials": 30}
        assert (await parley.log_in("ada")).status == 200


async def test_whoever_may_manage_them_sees_the_lock_and_opens_it(servers: Servers) -> None:
    async with guarded(servers) as parley:
        people = {role: await parley.create(f"a-{role}", role) for role in ("agent", "user", "admin")}
        tokens = {role: await parley.token(f"a-{role}") for role in people}
        root = await parley.token("root")

        async def seen(token: str, role: str) -> str | None:
            answer = await parley.ask("GET", f"/users/{people[role]['user_id']}", token=token)
            until: str | None = answer.body["user"].get("locked_until")
            listed = (await parley.ask("GET", "/users?q=a-", token=token)).body["users"]
            assert [one.get("locked_until") for one in listed if one["login"] == f"a-{role}"] == [until]
            return until

        async def unlock(token: str, role: str) -> Answer:
            return await parley.ask("POST", f"/users/{people[role]['user_id']}/unlock", token=token)

        assert await seen(root, "agent") is None
        for role in people:
            await lock(parley, f"a-{role}")
        assert (await seen(tokens["user"], "agent") or "").endswith("Z")
        assert await seen(tokens["agent"], "agent") is None
        assert await seen(tokens["user"], "admin") is None
        assert all([await seen(root, role) for role in people])
        assert (await unlock(tokens["agent"], "agent")).code == "forbidden"
        assert (await unlock(tokens["user"], "user")).code == "forbidden"
        assert (await unlock(tokens["user"], "admin")).code == "forbidden"
        assert (await parley.log_in("a-agent")).code == "too_many_attempts"
        assert (await unlock(tokens["user"], "agent")).status == 204
        assert (await parley.log_in("a-agent")).status == 200
        assert await seen(root, "agent") is None
        async with parley.socket(root) as socket:
            for role in ("user", "admin"):
                assert (await socket.ask("user.unlock", json.dumps({"user_id": people[role]["user_id"]})))["ok"]
                assert (await parley.log_in(f"a-{role}")).status == 200
            nobody = await socket.ask("user.unlock", json.dumps({"user_id": "u_nobody"}))
            assert nobody["error"]["code"] == "not_found"
        done = await trail(parley, action="user.unlock")
        assert [each["target_login"] for each in done if each["outcome"] == "done"] == ["a-agent", "a-user", "a-admin"]


async def test_a_password_that_is_set_opens_the_lock(servers: Servers) -> None:
    async with guarded(servers) as parley:
        ada = await parley.create("ada")
        await lock(parley, "ada")
        form = {"password": "Other-2026", "must_change": False}
        root = await parley.token("root")
        assert (await parley.ask("PUT", f"/users/{ada['user_id']}/password", form, root)).status == 204
        assert (await parley.log_in("ada", "Other-2026")).status == 200


async def test_changing_a_password_counts_like_a_log_in(servers: Servers) -> None:
    """With a token or without: a stolen session must not be a way to guess."""
    async with guarded(servers) as parley:
        await parley.create("ada")
        token = await parley.token("ada")
        wrong = {"login": "ada", "current_password": "Wrong-2026", "new_password": "Other-2026"}
        right = wrong | {"current_password": PASSWORD}
        for who in (None, token, None)[:FAILURES]:
            answer = await parley.ask("POST", "/auth/password/change", wrong, who)
            assert (answer.status, answer.code) == (401, "invalid_credentials")
        for who in (None, token):
            assert (await parley.ask("POST", "/auth/password/change", right, who)).code == "too_many_attempts"
        assert (await parley.log_in("ada")).code == "too_many_attempts"
        parley.clock.move(seconds=LOCKOUT_S + 1)
        assert (await parley.ask("POST", "/auth/password/change", right)).status == 204


async def test_an_expired_password_is_a_right_one(servers: Servers) -> None:
    async with guarded(servers) as parley:
        await parley.create("ada")
        parley.clock.move(days=91)
        said = [(await parley.log_in("ada")).code for _ in range(2 * FAILURES)]
        assert said == ["password_expired"] * 2 * FAILURES


async def test_an_address_with_many_failures_slows_and_never_locks(servers: Servers) -> None:
    slow_s = 2.0  # more than a log-in takes on a busy machine
    async with guarded(servers, address_failures_per_min=5, address_slow_s=slow_s) as parley:
        await parley.create("ada")
        parley.clock.move(seconds=61 - parley.clock.now().second)  # what is counted by the minute is of one

        async def took_s(address: str) -> float:
            began = monotonic()
            assert (await parley.log_in("ada", X_Forwarded_For=address)).status == 200
            return monotonic() - began

        for number in range(20):  # right ones do not count
            assert (await parley.log_in("ada", X_Forwarded_For=ADA)).status == 200, number
        for number in range(5):
            await parley.log_in(f"nobody-{number}", "Wrong-2026", X_Forwarded_For=ADA)
        assert await took_s(ADA) >= slow_s
        assert await took_s(ADA) >= slow_s
        assert await took_s(GRACE) < slow_s
        parley.clock.move(seconds=121)
        assert await took_s(ADA) < slow_s


async def test_of_the_slowed_only_so_many_wait(servers: Servers) -> None:
    async with guarded(servers, address_failures_per_min=1, address_slow_s=1.0) as parley:
        await parley.create("ada")
        await parley.log_in("nobody", "Wrong-2026", X_Forwarded_For=ADA)
        wrong = [parley.log_in(f"nobody-{number}", "Wrong-2026", X_Forwarded_For=ADA) for number in range(60)]
        answers = await asyncio.gather(*wrong, parley.log_in("ada", X_Forwarded_For=GRACE))
        assert answers.pop().status == 200
        refused = [each for each in answers if each.code == "too_many_attempts"]
        assert 0 < len(refused) < 60
        assert all(each.body["retry_after_s"] <= 2 for each in refused)
        assert {each.code for each in answers} == {"too_many_attempts", "invalid_credentials"}


async def test_a_shift_comes_in_at_once_from_one_address(servers: Servers) -> None:
    """More than the threads take on: who is told `unavailable` comes again when told, and nobody is an attacker."""
    people = 60
    async with guarded(servers, bcrypt_cost=6, bcrypt_wait_s=0.05) as parley:
        root = await parley.token("root")
        for number in range(people):
            form = {"login": f"p{number}", "name": "P", "role": "agent", "password": PASSWORD}
            assert (await parley.ask("POST", "/users", form, root)).status == 201
        said: Counter[str] = Counter()

        async def come(login: str) -> None:
            while (answer := await parley.log_in(login)).status != 200:
                said[answer.code] += 1
                assert answer.code == "unavailable"
                await asyncio.sleep(answer.body["retry_after_s"])

        async with asyncio.timeout(30):
            await asyncio.gather(*(come(f"p{number}") for number in range(people)))
        assert said["unavailable"] > 0
        left = [key async for key in parley.redis.scan_iter("guesses:*")]
        assert left == []


async def test_one_address_keeps_nobody_else_out(servers: Servers) -> None:
    """It tries logins that nobody has, so that none locks, faster than they are looked at; whoever comes from elsewhere is let
    in."""
    async with guarded(servers, bcrypt_cost=8, bcrypt_wait_s=0.5, address_failures_per_min=0) as parley:
        await parley.create("grace")
        seen: Counter[str] = Counter()
        is_over = asyncio.Event()

        async def attack(number: int) -> None:
            attempt = 0
            while not is_over.is_set():
                attempt += 1
                answer = await parley.log_in(f"n{number}x{attempt}", "Wrong-2026", **{"X-Forwarded-For": ADA})
                seen[answer.code] += 1
                await asyncio.sleep(AGAIN_S)

        attackers = [asyncio.create_task(attack(number)) for number in range(60)]
        try:
            await eventually(lambda: seen["unavailable"] > 100, timeout_s=20)
            statuses = [(await parley.log_in("grace", **{"X-Forwarded-For": GRACE})).status for _ in range(10)]
            assert statuses.count(200) >= 7  # all, where the machine does nothing else
        finally:
            is_over.set()
            await asyncio.gather(*attackers)


async def test_an_outage_of_the_threads_is_no_wrong_password(servers: Servers) -> None:
    async with guarded(servers, bcrypt_cost=6, bcrypt_wait_s=0.001, bcrypt_workers=1) as parley:
        await parley.create("ada")
        seen: Counter[str] = Counter()
        for _ in range(20):
            seen += await codes([parley.log_in(login, "Wrong-2026") for login in ("n1", "n2", "n3", "n4", "ada")])
            await parley.log_in("ada")
            if seen["unavailable"] > 3 * FAILURES:
                break
        assert seen["unavailable"] > 3 * FAILURES
        assert (await parley.log_in("ada")).status == 200


@pytest.mark.parametrize("kind", ["gone", "silent"])
async def test_without_redis_nobody_is_let_in_or_left_waiting(servers: Servers, kind: str) -> None:
    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await silence.wait()
        finally:
            writer.close()

    silence = asyncio.Event()
    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1] if kind == "silent" else 1
    try:
        async with house(servers, auth={"redis_url": f"redis://127.0.0.1:{port}"}) as parley:
            began = monotonic()
            answer = await parley.log_in("root")
            assert (answer.status, answer.code) == (503, "unavailable")
            assert monotonic() - began < 3.5
    finally:
        silence.set()
        silent.close()
        await silent.wait_closed()


async def test_the_address_is_the_clients_at_both_doors(servers: Servers) -> None:
    headers = {"X-Forwarded-For": f"1.1.1.1, {ADA}, 127.0.0.2", "User-Agent": "Parley’s desk 2.1" + "x" * 300}
    for believed, address in (("127.0.0.0/8", ADA), ("", "127.0.0.1")):
        async with (
            house(servers, gateway={"trusted_proxies": believed}) as parley,
            aiohttp.ClientSession(headers={**headers, "User-Agent": headers["User-Agent"].replace("’", "")}) as http,
        ):
            ada = await parley.create("ada")
            async with http.post(
                f"{parley.url}/api/v1/auth/login", json={"login": "ada", "password": PASSWORD}
            ) as answer:
                assert answer.status == 200
            session = await parley.database["sessions"].find_one({"user_id": ada["user_id"]})
            assert session["address"] == address
            assert session["client"] == ("Parleys desk 2.1" + "x" * 300)[:200]
            async with RawSocket(http, parley.url, await parley.token("root")) as socket:
                assert (await socket.ask("user.unlock", json.dumps({"user_id": ada["user_id"]})))["ok"]
            (unlocked,) = await trail(parley, action="user.unlock")
            assert unlocked["address"] == address


async def test_who_says_nothing_of_use_is_told_what_to_send(parley: House) -> None:
    for header in (None, "", "Basic YWRhOnBhc3M=", "Bearer", "Bearer ", "Bearer one two", "Digest x", "eyJhbGciOi"):
        headers = {} if header is None else {"Authorization": header}
        answer = await parley.ask("GET", "/me", **headers)
        assert (answer.status, answer.code) == (401, "unknown_authorization_format"), header
        assert "Authorization: Bearer <access_token>" in answer.body["message"]
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    for auth in ("", "{}", '{"token":""}', '{"token":null}', '"Bearer x"', "[]", "7"):
        async with parley.socket() as socket:
            refused = await socket.connect(auth)
            assert refused["code"] == "unknown_authorization_format", auth
            assert "auth: {token: <access_token>}" in refused["message"]
    for auth in ('{"token":"x"}', '{"token":7}', '{"token":"Bearer x"}'):
        async with parley.socket() as socket:
            assert (await socket.connect(auth))["code"] == "token_invalid", auth
