"""Passwords at the doors: what may be one, changing and setting one, how long one lasts, and which come again."""

import asyncio
import itertools
import json
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import bcrypt
import pytest
from structlog.testing import capture_logs

from contracts.limits import PASSWORD_BYTES_MAX
from services.auth import wiring
from services.auth.actions import new_password
from tests.doors.house import PASSWORD, Answer, House, Servers, house
from tests.kit.raw_socket import RawSocket
from tests.kit.waiting import eventually

NEW = "Another-2027"
BAD = ("invalid_credentials", 401)


async def change(parley: House, current: str, new: str, login: str | None = None, token: str | None = None) -> Answer:
    form = {"current_password": current, "new_password": new} | ({"login": login} if login is not None else {})
    return await parley.ask("POST", "/auth/password/change", form, token)


async def refresh(parley: House, tokens: Answer) -> Answer:
    return await parley.ask("POST", "/auth/refresh", {"refresh_token": tokens.body["refresh_token"]})


async def set_password(parley: House, token: str, user_id: str, password: str = NEW, **more: Any) -> Answer:
    return await parley.ask("PUT", f"/users/{user_id}/password", {"password": password, **more}, token)


async def open_sessions(parley: House, user_id: str) -> int:
    found: int = await parley.database["sessions"].count_documents({"user_id": user_id, "ended_at": None})
    return found


async def trail(parley: House, user_id: str, action: str) -> list[dict[str, Any]]:
    found = parley.database["audit"].find({"target_id": user_id, "action": action}).sort([("at", 1), ("_id", 1)])
    return [entry async for entry in found]


async def changes(parley: House, user_id: str, count: int) -> list[dict[str, Any]]:
    """What was told of this person's password, `count` times and not once more."""

    def heard() -> list[dict[str, Any]]:
        told = [json.loads(told.data) for told in parley.told if told.name == "auth.password.changed"]
        return [body for body in told if body["user_id"] == user_id]

    await eventually(lambda: len(heard()) >= count)
    assert len(heard()) == count
    return heard()


@asynccontextmanager
async def ends_within_a_second(*sockets: RawSocket) -> AsyncIterator[None]:
    """Of what happens inside."""
    yield
    async with asyncio.timeout(1.0):
        for socket in sockets:
            said = await socket.until_ended()
            assert any(one.startswith('42["session.ended"') for one in said), said


async def test_the_policy_is_there_for_every_form(parley: House) -> None:
    for headers in ({}, {"Authorization": "Basic YTpi"}):
        answer = await parley.ask("GET", "/auth/password-policy", **headers)
        assert answer.status == 200
    codes = [rule["code"] for rule in answer.body["rules"]]
    assert codes == ["min_length", "lowercase", "uppercase", "digit", "special", "max_bytes", "different"]
    assert {name: answer.body[name] for name in ("enabled", "max_age_days", "warn_days", "history")} == {
        "enabled": True,
        "max_age_days": 90,
        "warn_days": 15,
        "history": 1,
    }
    assert answer.body["reset_available"] is False


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("", ["min_length", "lowercase", "uppercase", "digit", "special"]),
        ("secret", ["min_length", "uppercase", "digit", "special"]),
        ("PARLEY-2026", ["lowercase"]),
        ("Parley.2026", ["special"]),
        ("Aa1-" + "é" * 35, ["max_bytes"]),
        ("Aa1-" + "x" * 69, ["max_bytes"]),
    ],
)
async def test_every_rule_that_is_not_met_is_named_at_every_door(
    parley: House, password: str, codes: list[str]
) -> None:
    ada, root = await parley.create("ada"), await parley.token("root")
    rules = (await parley.ask("GET", "/auth/password-policy")).body["rules"]
    messages = [rule["message"] for code in codes for rule in rules if rule["code"] == code]
    grace = {"login": "grace", "name": "Grace", "role": "agent", "password": password}
    asked = {
        "password": (
            await parley.ask("POST", "/users", grace, root),
            await set_password(parley, root, ada["user_id"], password),
        ),
        "new_password": (await change(parley, PASSWORD, password, "ada"),),
    }
    for field, answers in asked.items():
        for answer in answers:
            assert (answer.status, answer.code, answer.body["errors"]) == (422, "password_policy", {field: messages})
    async with parley.socket(root) as socket:
        for name, form in (
            ("user.create", grace),
            ("user.set_password", {"user_id": ada["user_id"], "password": password}),
        ):
            refused = await socket.ask(name, json.dumps(form))
            assert (refused["error"]["code"], refused["error"]["errors"]) == ("password_policy", {"password": messages})
    assert await parley.database["users"].count_documents({"login": "grace"}) == 0
    assert (await parley.log_in("ada")).status == 200


async def test_a_password_is_read_to_its_last_byte_or_refused(parley: House) -> None:
    longest = "Aa1-" + "é" * ((PASSWORD_BYTES_MAX - 4) // 2)
    assert len(longest.encode()) == PASSWORD_BYTES_MAX
    await parley.create("ada", password=longest)
    assert (await parley.log_in("ada", longest)).status == 200
    for other in (longest + "x", longest[:-1] + "è", longest[:-1], longest + "\0", "x" * 4000, "", "\0"):
        refused = await parley.log_in("ada", other)
        assert (refused.code, refused.status) == BAD
    assert (await change(parley, longest, longest + "x", "ada")).code == "password_policy"
    assert (await change(parley, longest, "Parley-\x002027", "ada")).code == "password_policy"
    assert (await change(parley, longest + "x", NEW, "ada")).code == "invalid_credentials"


async def test_with_a_token_every_other_session_ends(parley: House) -> None:
    ada = await parley.create("ada")
    own, other = await parley.log_in("ada"), await parley.log_in("ada")
    token = own.body["access_token"]
    async with parley.socket(token) as here, parley.socket(other.body["access_token"]) as there:
        async with ends_within_a_second(there):
            assert (await change(parley, PASSWORD, NEW, token=token)).status == 204
        assert (await here.ask("me.get"))["user"]["login"] == "ada"
    assert (await parley.ask("GET", "/me", token=other.body["access_token"])).code == "session_ended"
    assert (await refresh(parley, other)).code == "session_ended"
    assert (await refresh(parley, own)).status == 200
    assert (await parley.log_in("ada")).code == "invalid_credentials"
    assert (await parley.log_in("ada", NEW)).status == 200
    (told,) = await changes(parley, ada["user_id"], 1)
    assert (told["reason"], "by" in told) == ("changed", False)


async def test_without_a_token_every_session_ends(parley: House) -> None:
    ada = await parley.create("ada")
    tokens = [await parley.log_in("ada") for _ in range(2)]
    async with (
        parley.socket(tokens[0].body["access_token"]) as one,
        parley.socket(tokens[1].body["access_token"]) as two,
        ends_within_a_second(one, two),
    ):
        assert (await change(parley, PASSWORD, NEW, "ADA")).status == 204
    assert [(await refresh(parley, each)).code for each in tokens] == ["session_ended"] * 2
    assert await open_sessions(parley, ada["user_id"]) == 0
    (entry,) = await trail(parley, ada["user_id"], "auth.change_password")
    assert (entry["outcome"], entry["actor_id"], entry["address"]) == ("done", ada["user_id"], "127.0.0.1")


async def test_a_token_that_is_shown_has_to_be_good(parley: House) -> None:
    await parley.create("ada")
    ended = await parley.token("ada")
    assert (await parley.ask("POST", "/auth/logout", token=ended)).status == 204
    await eventually(lambda: "auth.session.ended" in parley.names())
    headers = {
        "Basic YWRhOng=": "unknown_authorization_format",
        "Bearer": "unknown_authorization_format",
        "Bearer nonsense": "token_invalid",
        f"Bearer {ended}": "session_ended",
    }
    form = {"login": "ada", "current_password": PASSWORD, "new_password": NEW}
    for header, code in headers.items():
        refused = await parley.ask("POST", "/auth/password/change", form, Authorization=header)
        assert (refused.status, refused.code) == (401, code)
    assert (await parley.log_in("ada")).status == 200


async def test_whose_password_it_is(parley: House) -> None:
    await parley.create("ada")
    await parley.create("grace")
    token = await parley.token("ada")
    refused = await change(parley, PASSWORD, NEW)
    assert (refused.code, list(refused.body["errors"])) == ("invalid", ["login"])
    refused = await change(parley, PASSWORD, NEW, "grace", token)
    assert (refused.code, refused.status) == ("forbidden", 403)
    assert (await change(parley, PASSWORD, NEW, "nobody", token)).code == "forbidden"
    assert (await change(parley, PASSWORD, NEW, "Ada", token)).status == 204
    assert (await parley.log_in("grace")).status == 200


async def test_the_current_password_has_to_be_right(parley: House) -> None:
    ada = await parley.create("ada")
    token = await parley.token("ada")
    for login, bearer in (
        ("ada", None),
        ("nobody", None),
        ("", None),
        ("no login", None),
        (None, token),
        ("ada", token),
    ):
        refused = await change(parley, "Wrong-2026", NEW, login, bearer)
        assert (refused.code, refused.status) == (BAD if login != "" else ("invalid", 422))
    outcomes = [entry["outcome"] for entry in await trail(parley, ada["user_id"], "auth.change_password")]
    assert outcomes == ["invalid_credentials"] * 3
    assert (await parley.log_in("ada")).status == 200


async def test_a_wrong_current_password_counts_like_a_wrong_log_in(servers: Servers) -> None:
    async with house(servers, auth={"lockout_failures": 3}) as parley:
        await parley.create("ada")
        assert [(await change(parley, "Wrong-2026", NEW, "ada")).code for _ in range(3)] == ["invalid_credentials"] * 3
        refused = await parley.log_in("ada")
        assert (refused.code, refused.status) == ("too_many_attempts", 429)
        assert (await change(parley, PASSWORD, NEW, "ada")).code == "too_many_attempts"


async def test_who_is_disabled_changes_nothing(parley: House) -> None:
    ada = await parley.create("ada")
    await parley.database["users"].update_one({"_id": ada["user_id"]}, {"$set": {"disabled": True}})
    assert (await change(parley, "Wrong-2026", NEW, "ada")).code == "invalid_credentials"
    refused = await change(parley, PASSWORD, NEW, "ada")
    assert (refused.code, refused.status) == ("account_disabled", 403)
    assert (await parley.log_in("ada", NEW)).code == "invalid_credentials"


async def test_a_new_password_differs_from_the_current_one(parley: House) -> None:
    await parley.create("ada")
    different = (await parley.ask("GET", "/auth/password-policy")).body["rules"][-1]["message"]
    refused = await change(parley, PASSWORD, PASSWORD, "ada")
    assert (refused.status, refused.code, refused.body["errors"]) == (
        422,
        "password_reused",
        {"new_password": [different]},
    )
    assert (await change(parley, PASSWORD, NEW, "ada")).status == 204
    assert (await change(parley, NEW, PASSWORD, "ada")).status == 204


async def test_the_latest_passwords_do_not_come_again(servers: Servers) -> None:
    async with house(servers, auth={"password_history": 12}) as parley:
        ada = await parley.create("ada")
        used = [PASSWORD, *(f"Parley-{2027 + number}" for number in range(11))]
        for before, after in itertools.pairwise(used):
            assert (await change(parley, before, after, "ada")).status == 204
        history = (await parley.ask("GET", "/auth/password-policy")).body["rules"][-1]
        for one in used:
            refused = await change(parley, used[-1], one, "ada")
            assert (refused.code, refused.body["errors"]) == ("password_reused", {"new_password": [history["message"]]})
        refused = await set_password(parley, await parley.token("root"), ada["user_id"], used[3])
        assert (refused.code, list(refused.body["errors"])) == ("password_reused", ["password"])
        assert (await change(parley, used[-1], NEW, "ada")).status == 204
        assert (await change(parley, NEW, used[0], "ada")).status == 204  # the twelve before are others
        stored = await parley.database["users"].find_one({"login": "ada"})
        assert len(stored["former_hashes"]) == 11
        assert all(bytes(one).startswith(b"$2b$") for one in (stored["password_hash"], *stored["former_hashes"]))


async def test_a_password_lasts_ninety_days(parley: House) -> None:
    ada = await parley.create("ada")
    tokens = await parley.log_in("ada")
    assert tokens.body["notices"] == []
    parley.clock.move(days=74)
    assert (await parley.log_in("ada")).body["notices"] == []
    for left in (15, 14):
        parley.clock.move(days=1)
        tokens = await parley.log_in("ada")
        (notice,) = tokens.body["notices"]
        assert (notice["code"], notice["severity"], notice["days_left"]) == ("password_expiring", "warning", left)
        assert f"{left} days" in notice["message"]
        assert [each["days_left"] for each in (await refresh(parley, tokens)).body["notices"]] == [left]
    parley.clock.move(days=13)  # 89
    tokens = await parley.log_in("ada")
    assert [each["days_left"] for each in tokens.body["notices"]] == [1]
    assert "in 1 day:" in tokens.body["notices"][0]["message"]
    for _ in range(2):  # 90, 91
        parley.clock.move(days=1)
        before = await parley.database["sessions"].count_documents({})
        refused = await parley.log_in("ada")
        assert (refused.code, refused.status, "access_token" in refused.body) == ("password_expired", 403, False)
        assert "older than 90 days" in refused.body["message"]
        assert await parley.database["sessions"].count_documents({}) == before
        assert (await refresh(parley, tokens)).code == "password_expired"
    assert (await parley.log_in("ada", "Wrong-2026")).code == "invalid_credentials"
    entries = await trail(parley, ada["user_id"], "auth.login")
    assert [entry["outcome"] for entry in entries].count("password_expired") == 2
    assert (await change(parley, PASSWORD, NEW, "ada")).status == 204
    tokens = await parley.log_in("ada", NEW)
    assert (tokens.status, tokens.body["notices"]) == (200, [])
    parley.clock.move(days=74)
    assert (await parley.log_in("ada", NEW)).body["notices"] == []
    parley.clock.move(days=16)
    assert (await parley.log_in("ada", NEW)).code == "password_expired"


async def test_no_socket_outlives_an_expired_password_by_more_than_its_token(servers: Servers) -> None:
    async with house(servers, auth={"access_token_s": 2}) as parley:
        await parley.create("ada")
        tokens = await parley.log_in("ada")
        async with parley.socket(tokens.body["access_token"]) as socket:
            long_ago = {
                "$set": {"password_changed_at": parley.clock.now() - timedelta(days=90)}
            }  # gateways have real clocks
            await parley.database["users"].update_one({"login": "ada"}, long_ago)
            assert (await refresh(parley, tokens)).code == "password_expired"
            said = await socket.until_ended()
        assert '"session_expired"' in said[-1]


async def test_a_session_goes_on_where_its_expired_password_is_changed_with_its_token(parley: House) -> None:
    await parley.create("ada")
    parley.clock.move(days=89)
    tokens = await parley.log_in("ada")
    parley.clock.move(days=1)
    assert (await refresh(parley, tokens)).code == "password_expired"
    assert (await change(parley, PASSWORD, NEW, token=tokens.body["access_token"])).status == 204
    refreshed = await refresh(parley, tokens)
    assert (refreshed.status, refreshed.body["notices"]) == (200, [])


async def test_a_password_may_last_for_ever(servers: Servers) -> None:
    async with house(servers, auth={"password_max_age_days": 0}) as parley:
        await parley.create("ada")
        parley.clock.move(days=3_000)
        tokens = await parley.log_in("ada")
        assert (tokens.status, tokens.body["notices"]) == (200, [])


async def test_hashes_that_take_too_long_are_an_outage_and_change_nothing(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the current password, by somebody else, by a link: once each was a fault of ours with a trace in the log."""
    ada = await parley.create("ada")
    root = await parley.token("root")
    invited = await parley.ask("POST", "/users", {"login": "eve", "name": "Eve", "role": "agent"}, root)
    link = {"token": invited.body["invitation"].partition("#reset=")[2], "new_password": NEW}
    with capture_logs() as logs, monkeypatch.context() as patched:
        patched.setattr(new_password, "HASHED_S", 0.000_1)
        for answer in (
            await change(parley, PASSWORD, NEW, "ada"),
            await set_password(parley, root, ada["user_id"]),
            await parley.ask("POST", "/auth/password/reset", link),
        ):
            assert (answer.status, answer.code) == (503, "unavailable")
    assert not [line for line in logs if line["event"] == "ask.failed"]
    assert (await parley.log_in("ada")).status == 200
    assert (await parley.ask("POST", "/auth/password/reset", link)).status == 204


async def test_a_start_warns_where_changing_a_password_would_take_too_long(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such settings let everybody in, and nobody change their password; the machine may just be busy, so it goes on."""
    for may_take_s, warnings in ((3.0, 0), (0.000_001, 1)):
        monkeypatch.setattr(wiring, "HASHED_S", may_take_s)
        with capture_logs() as logs:
            async with house(servers, auth={"password_history": 12}):
                pass
        (measured,) = [line for line in logs if line["event"] == "bcrypt.measured"]
        assert (measured["cost"], measured["hash_ms"] >= 0, measured["queue_max"] > 2) == (4, True, True)
        assert len([line for line in logs if line["event"] == "bcrypt.too_slow"]) == warnings


async def test_without_a_policy_any_password_does_and_lasts(servers: Servers) -> None:
    async with house(servers, auth={"password_policy_enabled": False}) as parley:
        answer = await parley.ask("GET", "/auth/password-policy")
        assert (answer.body["enabled"], [rule["code"] for rule in answer.body["rules"]]) == (False, ["max_bytes"])
        await parley.create("ada", password="x")
        parley.clock.move(days=365)
        assert (await parley.log_in("ada", "x")).body["notices"] == []
        for bad in ("", "é" * 37, "a\0b"):
            assert (await change(parley, "x", bad, "ada")).code == "password_policy"
        assert (await change(parley, "x", "x", "ada")).status == 204
        await parley.create("linus", password="y", must_change=True)
        assert (await parley.log_in("linus", "y")).code == "password_expired"
        assert (await change(parley, "y", "y", "linus")).code == "password_reused"
        assert (await change(parley, "y", "z", "linus")).status == 204


async def test_a_password_that_is_set_is_good_for_changing_it(parley: House) -> None:
    ada, root = await parley.create("ada"), await parley.log_in("root")
    tokens = await parley.log_in("ada")
    async with parley.socket(tokens.body["access_token"]) as socket, ends_within_a_second(socket):
        assert (await set_password(parley, root.body["access_token"], ada["user_id"])).status == 204
    assert await open_sessions(parley, ada["user_id"]) == 0
    assert (await parley.log_in("ada")).code == "invalid_credentials"
    refused = await parley.log_in("ada", NEW)
    assert (refused.code, "set for you" in refused.body["message"]) == ("password_expired", True)
    assert await open_sessions(parley, ada["user_id"]) == 0
    assert (await change(parley, NEW, NEW, "ada")).code == "password_reused"
    assert (await change(parley, NEW, "My-own-2027", "ada")).status == 204
    assert (await parley.log_in("ada", "My-own-2027")).status == 200
    told = await changes(parley, ada["user_id"], 2)
    assert [(one["reason"], one.get("by")) for one in told] == [
        ("set", root.body["user"]["user_id"]),
        ("changed", None),
    ]
    (entry,) = await trail(parley, ada["user_id"], "user.set_password")
    assert (entry["actor_id"], entry["detail"]) == (root.body["user"]["user_id"], {"must_change": "true"})


async def test_a_password_that_is_set_for_good_needs_no_change(parley: House) -> None:
    ada = await parley.create("ada")
    assert (await set_password(parley, await parley.token("root"), ada["user_id"], must_change=False)).status == 204
    assert (await parley.log_in("ada", NEW)).status == 200


async def test_a_new_person_may_have_to_change_their_password(parley: House) -> None:
    await parley.create("ada", must_change=True)
    assert (await parley.log_in("ada")).code == "password_expired"
    assert (await change(parley, PASSWORD, NEW, "ada")).status == 204
    assert (await parley.log_in("ada", NEW)).status == 200


@pytest.mark.parametrize(
    ("by", "of", "is_allowed"),
    [
        *(("admin", role, True) for role in ("admin", "user", "agent")),
        *(("user", role, role == "agent") for role in ("admin", "user", "agent")),
        *(("agent", role, False) for role in ("admin", "user", "agent")),
    ],
)
async def test_who_may_set_whose_password(parley: House, by: str, of: str, is_allowed: bool) -> None:
    ada = await parley.create("ada", of)
    await parley.create("grace", by)
    token = await parley.token("grace")
    answer = await set_password(parley, token, ada["user_id"])
    assert (answer.status, answer.code) == ((204, "") if is_allowed else (403, "forbidden"))
    assert (await set_password(parley, token, "u_none")).code == ("forbidden" if by == "agent" else "not_found")
    async with parley.socket(token) as socket:
        form = {"user_id": ada["user_id"], "password": "Third-2027"}
        assert (await socket.ask("user.set_password", json.dumps(form)))["ok"] is is_allowed

    async def outcomes() -> set[str]:
        return {entry["outcome"] for entry in await trail(parley, ada["user_id"], "user.set_password")}

    await eventually(outcomes)  # of agents the gateway knows, and lets the trail know behind its answer
    assert await outcomes() == {"done" if is_allowed else "forbidden"}
    refused = await parley.log_in("ada", "Third-2027")
    assert refused.code == ("password_expired" if is_allowed else "invalid_credentials")


async def test_who_logs_in_while_the_password_is_changed_is_out_afterwards(servers: Servers) -> None:
    """A log-in whose password was right a moment ago started a session after all others had ended: it went on."""
    async with house(servers, auth={"bcrypt_cost": 6, "lockout_failures": 0}) as parley:
        ada = await parley.create("ada")

        async def come_in(password: str) -> None:
            while (answer := await parley.log_in("ada", password)).status == 200:
                pass
            assert answer.code == "invalid_credentials", answer

        passwords = [PASSWORD, *(f"Parley-{2030 + number}" for number in range(4))]
        for before, after in itertools.pairwise(passwords):
            coming = [asyncio.create_task(come_in(before)) for _ in range(6)]
            await eventually(lambda: open_sessions(parley, ada["user_id"]))
            assert (await change(parley, before, after, "ada")).status == 204
            await asyncio.gather(*coming)
            assert await open_sessions(parley, ada["user_id"]) == 0


async def test_who_is_told_that_nothing_happened_has_the_old_password(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change that waited for its hashes longer than anybody waits for it was told to be impossible, and done later."""
    ada, root = await parley.create("ada"), await parley.token("root")
    processor, hashpw = threading.Event(), bcrypt.hashpw

    def when_there_is_time(password: bytes, salt: bytes) -> bytes:
        processor.wait(60)
        return hashpw(password, salt)

    monkeypatch.setattr(bcrypt, "hashpw", when_there_is_time)
    try:
        answers = await asyncio.gather(
            change(parley, PASSWORD, NEW, "ada"), set_password(parley, root, ada["user_id"], "Third-2027")
        )
    finally:
        processor.set()
    assert [answer.code for answer in answers] == ["unavailable"] * 2
    for _ in range(5):
        assert (await parley.log_in("ada")).status == 200
    assert await trail(parley, ada["user_id"], "auth.change_password") == []
    await changes(parley, ada["user_id"], 0)


async def test_what_is_tried_again_has_no_more_time(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each try had all of it: whoever had been told that nothing happened found another password later."""
    ada, root = await parley.create("ada"), await parley.token("root")
    loop, begun, changed, hashpw = asyncio.get_running_loop(), asyncio.Event(), threading.Event(), bcrypt.hashpw

    def slowly(password: bytes, salt: bytes) -> bytes:
        loop.call_soon_threadsafe(begun.set)
        changed.wait(10)
        threading.Event().wait(0.7)
        return hashpw(password, salt)

    monkeypatch.setattr(new_password, "HASHED_S", 1.0)
    monkeypatch.setattr(bcrypt, "hashpw", slowly)
    setting = asyncio.create_task(set_password(parley, root, ada["user_id"]))
    await asyncio.wait_for(begun.wait(), 20)
    await parley.ask("PATCH", f"/users/{ada['user_id']}", {"name": "Ada L."}, root)
    changed.set()
    assert (await setting).code == "unavailable"
    assert (await parley.log_in("ada")).status == 200


async def test_of_two_changes_at_once_one_is_done(parley: House) -> None:
    ada = await parley.create("ada")
    passwords = [f"Parley-{2030 + number}" for number in range(4)]
    answers = await asyncio.gather(*(change(parley, PASSWORD, one, "ada") for one in passwords))
    assert sorted(answer.status for answer in answers) == [204, 401, 401, 401]
    (good,) = [one for one, answer in zip(passwords, answers, strict=True) if answer.status == 204]
    assert (await parley.log_in("ada", good)).status == 200
    await changes(parley, ada["user_id"], 1)


async def test_no_password_is_told_stored_or_logged(parley: House, capfd: pytest.CaptureFixture[str]) -> None:
    secrets = {name: f"Secret-{name}-7f3a" for name in ("First", "Second", "Third", "Wrong", "tooweak")}
    ada, root = await parley.create("ada", password=secrets["First"]), await parley.token("root")
    assert (await change(parley, secrets["Wrong"], secrets["Second"], "ada")).code == "invalid_credentials"
    assert (await change(parley, secrets["First"], secrets["tooweak"].lower(), "ada")).code == "password_policy"
    assert (await change(parley, secrets["First"], secrets["First"], "ada")).code == "password_reused"
    assert (await change(parley, secrets["First"], secrets["Second"], "ada")).status == 204
    assert (await set_password(parley, root, ada["user_id"], secrets["Third"])).status == 204
    assert (await parley.log_in("ada", secrets["Third"])).code == "password_expired"
    await changes(parley, ada["user_id"], 2)
    names = await parley.database.list_collection_names()
    stored = [str(each) for name in names async for each in parley.database[name].find()]
    logged = capfd.readouterr()
    everywhere = "\n".join([*(told.data.decode() for told in parley.told), *stored, logged.out, logged.err]).lower()
    assert "7f3a" not in everywhere
    assert "$2b$" not in "\n".join(told.data.decode() for told in parley.told) + logged.out + logged.err
