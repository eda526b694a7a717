"""The audit trail: admins read it with filters, page by page; everything that changes an account is in it, for good."""

import ast
import asyncio
import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
import pytest_asyncio

from chassis.clock import rfc3339
from contracts.auth import AuditRecorded, CreateFirstAdmin, EndSessionsOf, ListSessionsOf
from contracts.everything import ASKS
from contracts.refusals import Refused
from contracts.table import Nothing
from contracts.things import AuditEntry
from services.auth.store.users import MongoUsers
from tests.doors import others
from tests.doors.house import PASSWORD, Answer, House, Servers, house
from tests.kit.mail_server import MailServer
from tests.kit.waiting import eventually

SERVICES = Path(__file__).parents[2] / "services"
EMAIL = "ada@example.org"
HERE = "127.0.0.1"
ONLY_READ = {
    *("auth.password_policy", "me.get", "user.get", "user.list", "user.look_up", "user.import_status", "keys.get"),
    *("session.list", "session.list_of", "token.list", "token.check", "audit.list", "license.get"),
    "audit.note_refused",  # the entry is that of what was refused
    "auth.refresh",  # what it changes is a session's newest token; session.token_reused is in the trail
    "user.create_first_admin",  # of which there is none where there is an admin
}
AS = {"session.end_of": "session.end", "audit.note_export": "conversation.export"}
"""What is in the trail as something else."""
TOKENS = ("access_token", "refresh_token")


async def test_the_trail_is_read_newest_first_and_by_every_filter(parley: House) -> None:
    ada, grace = await parley.create("ada"), await parley.create("grace")
    parley.clock.move(hours=1)
    assert (await parley.log_in("ada", "wrong")).code == "invalid_credentials"
    await parley.token("ada")
    parley.clock.move(hours=1)
    token = await parley.token("grace")
    root = await parley.token("root")
    everything = await _list(parley, root)
    assert [one["at"] for one in everything] == sorted((one["at"] for one in everything), reverse=True)
    of_ada = await _list(parley, root, user_id=ada["user_id"])
    assert [(one["action"], one["outcome"]) for one in of_ada] == [
        ("auth.login", "done"),
        ("auth.login", "invalid_credentials"),
        ("user.create", "done"),
    ]
    assert of_ada == [one for one in everything if ada["user_id"] in (one.get("actor_id"), one.get("target_id"))]
    made = await _list(parley, root, action="user.create", outcome="done")
    assert [one.get("target_login") for one in made] == ["grace", "ada", "root"]
    assert [one.get("actor_login") for one in made] == ["root", "root", None]
    failed = await _list(parley, root, outcome="invalid_credentials")
    assert [(one["target_login"], one.get("actor_id"), one["address"]) for one in failed] == [("ada", None, HERE)]
    since = failed[0]["at"]
    assert await _list(parley, root, after=since) == [one for one in everything if one["at"] >= since]
    assert await _list(parley, root, before=since) == [one for one in everything if one["at"] < since]
    elsewhere = f"{since[:11]}{(int(since[11:13]) + 2) % 24:02d}{since[13:-1]}+02:00"
    if int(since[11:13]) < 22:
        assert await _list(parley, root, before=elsewhere) == await _list(parley, root, before=since)
    assert not await _list(parley, root, user_id=grace["user_id"], before=since, action="auth.login")
    async with parley.socket(root) as socket:
        asked = {"user_id": ada["user_id"], "after": since, "limit": 200}
        answer = await socket.ask("audit.list", json.dumps(asked))
        assert answer["ok"]
        assert answer["entries"] == of_ada[:2]
    assert (await parley.ask("POST", "/auth/logout", token=token)).status == 204


async def test_pages_stay_what_they_are_while_the_trail_grows(parley: House) -> None:
    await parley.create("ada")
    for _ in range(4):
        await parley.log_in("ada", "wrong")
    root = await parley.token("root")
    everything = await _list(parley, root, limit="200")
    assert len(everything) == 8
    page = (await _ask(parley, root, limit="3")).body
    read = page["entries"]
    while "next_cursor" in page:
        await parley.log_in("ada")  # meanwhile
        page = (await _ask(parley, root, limit="3", cursor=page["next_cursor"])).body
        assert len(page["entries"]) <= 3
        read += page["entries"]
    assert read == everything
    exactly = (await _ask(parley, root, limit="8", before=everything[0]["at"])).body
    assert "next_cursor" not in exactly


async def test_what_took_long_is_in_the_trail_when_it_was_done(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """It had the time it began at: whoever had read on to later ones never saw it."""
    root = await parley.token("root")
    begun, go_on, add = asyncio.Event(), asyncio.Event(), MongoUsers.add

    async def slowly(users: MongoUsers, transaction: Any, person: Any) -> None:
        if person.login == "slow":
            begun.set()
            await go_on.wait()
        await add(users, transaction, person)

    monkeypatch.setattr(MongoUsers, "add", slowly)
    form = {"name": "Ada", "role": "agent"}
    slow = asyncio.create_task(parley.ask("POST", "/users", {"login": "slow", **form}, root))
    await begun.wait()
    assert (await parley.ask("POST", "/users", {"login": "fast", **form}, root)).status == 201
    parley.clock.move(seconds=1)
    go_on.set()
    assert (await slow).status == 201
    made = await _list(parley, root, action="user.create")
    assert [one["target_login"] for one in made] == ["slow", "fast", "root"]


async def test_entries_of_one_moment_are_all_on_some_page(parley: House) -> None:
    """Times are told in milliseconds: many have the same."""
    root = await parley.token("root")
    at = "2020-01-01T00:00:00.000Z"
    one = await parley.database["audit"].find_one({"action": "auth.login"}, {"outbox": 0})
    await parley.database["audit"].insert_many([{**one, "_id": f"a_{number}", "at": at} for number in range(7)])
    cursor: dict[str, str] = {}
    seen: list[str] = []
    while page := (await _ask(parley, root, limit="2", before="2020-01-02T00:00:00Z", **cursor)).body:
        seen += [each["audit_id"] for each in page["entries"]]
        if "next_cursor" not in page:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [f"a_{number}" for number in reversed(range(7))]


async def test_no_filter_reads_the_whole_trail(parley: House) -> None:
    """It holds years: what a page costs is the page."""
    ada = await parley.create("ada")
    root = await parley.token("root")
    audit = parley.database["audit"]
    one = await audit.find_one({"action": "auth.login"}, {"outbox": 0})
    many = [{**one, "_id": f"b_{number}", "at": _minute(number)} for number in range(3_000)]
    await audit.insert_many([{**each, "actor_id": "u_other", "target_id": "u_other"} for each in many])
    await parley.database.command("profile", 2)
    for filters in (
        {"user_id": ada["user_id"]},
        {"action": "user.create"},
        {"outcome": "invalid_credentials"},
        {"after": "2026-02-02T00:00:00Z"},
        {"before": "2026-02-04T00:00:00Z"},
        {"user_id": "u_other", "before": "2026-02-04T00:00:00Z"},
        {},
    ):
        page = (await _ask(parley, root, limit="10", **filters)).body
        if "next_cursor" in page:
            await _ask(parley, root, limit="10", **filters, cursor=page["next_cursor"])
    far = base64.urlsafe_b64encode(f"{_minute(1_000)} b_1000".encode()).decode()
    assert len(await _list(parley, root, limit="10", user_id="u_other", cursor=far)) == 10
    await parley.database.command("profile", 0)
    finds = [each async for each in parley.database["system.profile"].find({"command.find": "audit"})]
    assert len(finds) >= 10
    assert max(each["docsExamined"] for each in finds) <= 22
    assert not any(each.get("hasSortStage") for each in finds)


def _minute(number: int) -> str:
    return f"2026-02-03T{number // 60 % 24:02d}:{number % 60:02d}:00.{number // 1440:03d}Z"


BAD: list[tuple[str, Any]] = [
    *(("limit", limit) for limit in (0, -1, 201, "many", 1.5)),
    *(("after", text) for text in ("yesterday", "2026-01-05", "2026-01-05T00:00:00", "2026-13-01T00:00:00Z", "")),
    *(("before", text) for text in ("2026-01-05 00:00:00Z", "0001-01-01T00:00:00+14:00", "٢٠٢٦-01-05T00:00:00Z")),
    *(("user_id", text) for text in ("a b", "", "x" * 65, "$ne")),
    *(("action", text) for text in ("", "User.create", "user.*", "x" * 200, "a\0b")),
    *(("outcome", text) for text in ("", "Done", "$gt", "x" * 65)),
    *(("cursor", text) for text in ("", "x", "é", "eA==", base64.urlsafe_b64encode(b"2026 a_1").decode())),
]


async def test_bad_filters_are_named_at_both_doors(parley: House) -> None:
    root = await parley.token("root")
    async with parley.socket(root) as socket:
        for field, value in BAD:
            over_http = await _ask(parley, root, **{field: value})
            assert (over_http.status, over_http.code, list(over_http.body["errors"])) == (422, "invalid", [field]), (
                value
            )
            answer = await socket.ask("audit.list", json.dumps({field: value}))
            assert (answer["error"]["code"], list(answer["error"]["errors"])) == ("invalid", [field]), value
        for value in ({"$gt": ""}, ["a"], 7, True):
            answer = await socket.ask("audit.list", json.dumps({"user_id": value}))
            assert answer["error"]["code"] == "invalid"
    several = await _ask(parley, root, action="", after="x", cursor="x")
    assert set(several.body["errors"]) == {"action", "after", "cursor"}


@pytest.mark.parametrize("role", ["agent", "user"])
async def test_the_trail_is_for_admins(parley: House, role: str) -> None:
    await parley.create("ada", role)
    token = await parley.token("ada")
    refused = await parley.ask("GET", "/audit", token=token)
    assert (refused.status, refused.code) == (403, "forbidden")
    assert "entries" not in refused.body
    async with parley.socket(token) as socket:
        assert (await socket.ask("audit.list"))["error"]["code"] == "forbidden"
    assert (await parley.ask("GET", "/audit")).code == "unknown_authorization_format"


@pytest_asyncio.fixture
async def posted(servers: Servers) -> AsyncIterator[tuple[House, MailServer]]:
    """With an SMTP server, and keys read anew soon."""
    async with MailServer() as post:
        to = {"smtp_host": HERE, "smtp_port": post.port, "smtp_tls": "none", "smtp_from": "parley@example.org"}
        auth = {"public_url": "https://parley.example.org/", "lockout_failures": 3}
        async with house(servers, auth=auth, notifier=to) as made:
            yield made, post


async def test_who_did_what_to_whom_when_and_from_where(posted: tuple[House, MailServer], servers: Servers) -> None:
    """All that there is to do to accounts, once: each has its entry, is told as it is kept, and holds no secret."""
    parley, post = posted
    began = parley.clock.now()
    walk = Walk(parley, await parley.log_in("root"))
    await walk.people()
    await walk.service_accounts()
    await walk.sessions()
    await walk.passwords(post)
    await walk.guesses()
    await walk.imports()
    await walk.exports()
    await walk.operators(servers)
    expected = walk.expected
    entries = list(reversed(await _list(parley, await parley.token("root"), limit="200")))
    kept = [{name: one[name] for name in want if name in one} for one, want in zip(entries, expected, strict=False)]
    assert kept == [{name: value for name, value in want.items() if value is not None} for want in expected]
    for one, want in zip(entries, expected, strict=False):
        assert not {name for name, value in want.items() if value is None} & set(one), one
    assert rfc3339(began) <= entries[1]["at"] <= entries[-1]["at"] <= rfc3339(parley.clock.now())
    assert len(entries) == len(expected) + 1  # the log-in that read them
    changing = {name for name, ask in ASKS.items() if ask.owner == "auth"} - ONLY_READ
    assert {AS.get(name, name) for name in changing} <= {one["action"] for one in entries}

    stored = [msgspec.convert(one, AuditEntry) for one in entries]
    await eventually(lambda: {one.audit_id for one in stored} <= {one.audit_id for one in _told(parley)})
    told = [one for one in _told(parley) if one.at <= stored[-1].at]
    assert sorted(told, key=lambda one: one.audit_id) == stored
    for user_id in {one.target_id for one in stored}:
        assert _of(user_id, told) == _of(user_id, stored)
    walk.secrets |= {str(each.body[name]) for each in walk.answers for name in TOKENS if name in each.body}
    for place in (str(entries), str([one.data for one in parley.told]), str(await _everything_in(parley))):
        assert not [secret for secret in walk.secrets if secret in place]


def test_nothing_in_the_code_changes_an_entry() -> None:
    """One place knows the collection, and only adds to it and reads it; what the outbox clears is not the entry's."""
    knowing = [path for path in SERVICES.rglob("*.py") if 'database["audit"]' in path.read_text()]
    assert knowing == [SERVICES / "auth" / "store" / "audit.py"]
    calls = {
        node.attr
        for node in ast.walk(ast.parse(knowing[0].read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self._audit"
    }
    assert calls == {"create_index", "insert_one", "insert_many", "find"}


class Walk:
    """Does everything, and notes what the trail is to say of it: None is what must be absent."""

    def __init__(self, parley: House, root: Answer) -> None:
        self.parley = parley
        self.root = root.body["access_token"]
        self.root_id = root.body["user"]["user_id"]
        self.answers: list[Answer] = [root]
        self.secrets = {PASSWORD, "Parley-2027", "Parley-2028", "Wrong-2026", "Parley-2029"}
        self.ada_id = ""
        self.expected: list[dict[str, Any]] = [
            {"action": "user.create", "outcome": "done", "target_login": "root", "actor_id": None, "address": None},
            {"action": "auth.login", "outcome": "done", "actor_login": "root", "target_login": "root"},
        ]

    def expect(self, action: str, actor: str | None, target: str | None, outcome: str = "done", **more: Any) -> None:
        wanted = {"action": action, "outcome": outcome, "actor_login": actor, "target_login": target, "address": HERE}
        self.expected.append(wanted | more)

    async def do(self, method: str, path: str, body: Any = None, token: str | None = None, status: int = 204) -> Answer:
        answer = await self.parley.ask(method, path, body, token)
        assert answer.status == status, (path, answer)
        self.answers.append(answer)
        return answer

    async def log_in(self, login: str, password: str = PASSWORD) -> dict[str, Any]:
        answer = await self.parley.log_in(login, password)
        self.answers.append(answer)
        self.expect("auth.login", login, login)
        return answer.body

    async def people(self) -> None:
        form = {"login": "ada", "name": "Ada", "role": "agent", "email": EMAIL, "password": PASSWORD}
        ada = await self.do("POST", "/users", form, self.root, 201)
        self.ada_id = ada.body["user"]["user_id"]
        self.expect("user.create", "root", "ada", actor_id=self.root_id, target_id=self.ada_id)
        await self.do("PATCH", f"/users/{self.ada_id}", {"role": "user"}, self.root, 200)
        self.expect("user.update", "root", "ada")
        await self.do("PATCH", f"/users/{self.ada_id}", {"disabled": True}, self.root, 200)
        self.expect("user.update", "root", "ada")
        await self.do("POST", "/auth/login", {"login": "ada", "password": PASSWORD}, status=403)
        self.expect("auth.login", None, "ada", "account_disabled")
        await self.do("PATCH", f"/users/{self.ada_id}", {"disabled": False}, self.root, 200)
        self.expect("user.update", "root", "ada")

        invited = {"login": "linus", "name": "Linus", "role": "agent", "request_id": "r_1"}
        for action in ("user.create", "user.invite"):
            answer = await self.do("POST", "/users", invited, self.root, 201)
            self.secrets.add(answer.body["invitation"].partition("=")[2])
            self.expect(action, "root", "linus")

    async def service_accounts(self) -> None:
        form = {"login": "board", "name": "Board", "role": "agent", "kind": "service"}
        board = await self.do("POST", "/users", form, self.root, 201)
        self.expect("user.create", "root", "board")
        form = {"user_id": board.body["user"]["user_id"], "name": "wall"}
        made = await self.do("POST", "/tokens", form, self.root, 201)
        self.secrets.add(made.body["secret"])
        self.expect("token.create", "root", "board")
        await self.do("DELETE", f"/tokens/{made.body['token']['token_id']}", token=self.root)
        self.expect("token.revoke", "root", "board")

    async def sessions(self) -> None:
        first = await self.log_in("ada")
        second = await self.log_in("ada")
        listed = await self.do("GET", "/sessions", token=first["access_token"], status=200)
        other = next(one["session_id"] for one in listed.body["sessions"] if not one.get("current"))
        await self.do("DELETE", f"/sessions/{other}", token=first["access_token"])
        self.expect("session.end", "ada", "ada", session_id=other)
        await self.do("POST", "/auth/logout", token=first["access_token"])
        self.expect("auth.logout", "ada", None)
        assert (await self.parley.ask("GET", "/me", token=second["access_token"])).code == "session_ended"
        third = await self.log_in("ada")
        old = {"refresh_token": third["refresh_token"]}
        await self.do("POST", "/auth/refresh", old, status=200)
        self.parley.clock.move(seconds=31)
        await self.do("POST", "/auth/refresh", old, status=401)
        self.expect("session.token_reused", None, "ada")

    async def passwords(self, post: MailServer) -> None:
        await self.change("Wrong-2026", "Parley-2027", 401)
        self.expect("auth.change_password", None, "ada", "invalid_credentials")
        await self.change(PASSWORD, "Parley-2027")
        self.expect("auth.change_password", "ada", "ada")
        form = {"password": PASSWORD, "must_change": True}
        await self.do("PUT", f"/users/{self.ada_id}/password", form, self.root)
        self.expect("user.set_password", "root", "ada")
        await self.do("POST", "/auth/login", {"login": "ada", "password": PASSWORD}, status=403)
        self.expect("auth.login", None, "ada", "password_expired")
        await eventually(self.can_reset)
        await self.do("POST", "/auth/password/forgot", {"login": "ada", "email": EMAIL})
        self.expect("auth.forgot_password", None, "ada")
        await eventually(lambda: post.taken)
        self.secrets.add(post.taken[-1].token)
        await self.do("POST", "/auth/password/reset", {"token": "x" * 43, "new_password": "Parley-2028"}, status=400)
        used = {"token": post.taken[-1].token, "new_password": "Parley-2028"}
        await self.do("POST", "/auth/password/reset", used)
        self.expect("auth.reset_password", "ada", "ada")

    async def can_reset(self) -> bool:
        return bool((await self.parley.ask("GET", "/auth/password-policy")).body["reset_available"])

    async def change(self, before: str, after: str, status: int = 204) -> None:
        form = {"login": "ada", "current_password": before, "new_password": after}
        await self.do("POST", "/auth/password/change", form, status=status)

    async def guesses(self) -> None:
        for _ in range(3):
            await self.do("POST", "/auth/login", {"login": "ada", "password": "Wrong-2026"}, status=401)
            self.expect("auth.login", None, "ada", "invalid_credentials")
        self.expect("user.locked", None, "ada")
        await self.do("POST", f"/users/{self.ada_id}/unlock", token=self.root)
        self.expect("user.unlock", "root", "ada")

    async def imports(self) -> None:
        csv = "login,name,role,email,password\ngrace,Grace,agent,,Parley-2029\n"
        form = {"csv": csv, "passwords": True}
        report = (await self.do("POST", "/users/import", form, self.root, 200)).body["report"]
        path = f"/users/import/{report['import_id']}"

        async def is_done() -> bool:
            state = (await self.parley.ask("GET", path, token=self.root)).body["report"]["state"]
            return bool(state == "done")

        await eventually(is_done)
        self.expect("user.create", "root", "grace")
        self.expect("user.import", "root", None)

    async def exports(self) -> None:
        group = await self.do("POST", "/groups", {"name": "Tea", "member_ids": []}, self.root, 201)
        key = group.body["conversation"]["conversation_id"]
        await self.do("GET", f"/conversations/{key}/export", token=self.root, status=200)
        self.expect("conversation.export", "root", None, detail={"conversation_id": key, "format": "json"})

    async def operators(self, servers: Servers) -> None:
        async with others.operator(servers) as operator:
            await operator.ask(ASKS["keys.rotate"], Nothing())
            self.expect("keys.rotate", None, None, address=None)
            await self.log_in("root")
            listed = await operator.ask(ASKS["session.list_of"], ListSessionsOf(login="root"))
            session_id = listed.sessions[0].session_id
            await operator.ask(ASKS["session.end_of"], EndSessionsOf(login="root", session_id=session_id))
            by = {"address": None, "session_id": session_id, "detail": {"by": "operator"}}
            self.expect("session.end", None, "root", **by)
            with pytest.raises(Refused) as refused:
                await operator.ask(
                    ASKS["user.create_first_admin"], CreateFirstAdmin(login="linus", name="Linus", password=PASSWORD)
                )
            assert refused.value.code == "conflict"


def _told(parley: House) -> list[AuditEntry]:
    """In the order of the stream, each once."""
    bodies = [one.data for one in parley.told if one.name == "auth.audit.recorded"]
    entries = [msgspec.json.decode(body, type=AuditRecorded).entry for body in bodies]
    return list({one.audit_id: one for one in entries}.values())


def _of(user_id: str | None, entries: list[AuditEntry]) -> list[AuditEntry]:
    return [one for one in entries if one.target_id == user_id]


async def _everything_in(parley: House) -> list[Any]:
    found = []
    for name in sorted(await parley.database.list_collection_names()):
        if name != "keys":
            found += [each async for each in parley.database[name].find()]
    return found


async def _ask(parley: House, token: str, **filters: Any) -> Answer:
    return await parley.ask("GET", f"/audit?{urlencode(filters)}", token=token)


async def _list(parley: House, token: str, **filters: str) -> list[dict[str, Any]]:
    answer = await _ask(parley, token, **filters)
    assert answer.status == 200, answer
    entries: list[dict[str, Any]] = answer.body["entries"]
    return entries
