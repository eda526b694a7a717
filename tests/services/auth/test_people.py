"""Creating people, finding them again, and whether they are here."""

import asyncio
import base64
import itertools
from typing import Any

import pytest

from chassis.bus import Asker, fact
from contracts.auth import LookUpUsers
from contracts.everything import ASKS
from contracts.presence import USER_CHANGED, ListPresence, People, PresenceChanged
from contracts.things import PersonPresence
from tests.kit.waiting import eventually
from tests.services.auth.conftest import ADMIN, House, creation, until

pytestmark = pytest.mark.asyncio


async def test_a_login_is_taken_in_any_case(house: House) -> None:
    ada = await house.create("ada")
    assert ada.created_at is not None and ada.status == "offline"
    assert (await house.refusal("user.create", **creation(login="ADA"))).code == "conflict"
    await eventually(lambda: house.count("auth.user.created") == 1)
    assert (await house.ask("user.get", user_id=ada.user_id)).user == ada
    assert (await house.ask("me.get", Asker(user_id=ada.user_id))).user == ada
    assert (await house.refusal("user.get", user_id="u_none")).code == "not_found"


async def test_the_same_request_gives_the_same_person(house: House) -> None:
    made = await asyncio.gather(*(house.ask("user.create", **creation(request_id="r1")) for _ in range(6)))
    assert len({answer.user.user_id for answer in made}) == 1
    other = Asker(user_id="u_other", role="admin")
    assert (await house.refusal("user.create", other, **creation(request_id="r1"))).code == "conflict"
    await eventually(lambda: house.count("auth.user.created") == 1)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("login", value) for value in ("", "-a", "a b", "é", "a" * 65)),
        *(("name", value) for value in ("", "  ", "x" * 101)),
        *(("role", value) for value in ("", "parley", "Admin")),
        *(("email", value) for value in ("x" * 255,)),
        *(("request_id", value) for value in ("", "x" * 65)),
    ],
)
async def test_a_bad_field_is_named(house: House, field: str, value: str) -> None:
    refused = await house.refusal("user.create", **creation(**{field: value}))
    assert refused.code == "invalid"
    assert list(refused.refusal.errors or {}) == [field]


@pytest.mark.parametrize(
    ("asker", "role", "is_allowed"),
    [
        *(("user", "agent", True), ("user", "user", False), ("user", "admin", False), ("agent", "agent", False)),
        *(("", "agent", False), ("admin", "admin", True), ("parley", "admin", True)),
    ],
)
async def test_who_may_create_whom(house: House, asker: str, role: str, is_allowed: bool) -> None:
    by = Asker(role=asker)
    if asker in ("user", "admin"):
        by = Asker(user_id=(await house.create("by", role=asker)).user_id, role=asker)
    if is_allowed:
        assert (await house.ask("user.create", by, **creation(role=role))).user.role == role
    else:
        assert (await house.refusal("user.create", by, **creation(role=role))).code == "forbidden"


async def test_people_are_found_by_part_of_name_or_login_page_by_page(house: House) -> None:
    names = {"zoe": "Zoë (Night)", "ada": "Ada", "grace": "Grace", "linus": "Linus", "ada2": "Ada"}
    for login, name in names.items():
        await house.create(login, name, "admin" if login == "grace" else "agent")

    async def logins(**request: Any) -> list[str]:
        return [user.login for user in (await house.ask("user.list", **request)).users]

    seen: list[str] = []
    cursor = None
    while True:
        page = await house.ask("user.list", limit=2, cursor=cursor)
        seen += [user.name for user in page.users]
        if (cursor := page.next_cursor) is None:
            break
    assert seen == sorted(names.values())
    assert await logins(q="ZOE") == ["zoe"] == await logins(q="zoë") == await logins(q="(n")
    assert await logins(q=".*") == []
    assert sorted(await logins(q="ADA")) == ["ada", "ada2"]
    assert await logins(role="admin") == ["grace"]
    for bad in ({"limit": 0}, {"limit": 201}, {"cursor": "%"}, {"cursor": "YWJj"}, {"status": "x"}, {"role": "x"}):
        assert (await house.refusal("user.list", **bad)).code == "invalid"


async def test_a_search_reads_the_people_it_finds_and_nobody_else(house: House) -> None:
    """Whatever is asked for: the rest is looked at in the index alone."""
    ada = await house.create("ada")
    users = house.database["users"]
    one = await users.find_one({"login": "ada"}, {"outbox": 0, "request_key": 0})
    many = [(f"u_many_{number}", f"bob{number}") for number in range(2_000)]
    folded = {"name": "Bob", "role": "user", "disabled": True}
    await users.insert_many(
        [{**one, **folded, "_id": _id, "login": to, "login_key": to, "search_key": f"bob\n{to}"} for _id, to in many]
    )
    await house.database.command("profile", 2)
    searches: tuple[dict[str, Any], ...] = (
        {"q": "ada"},
        {"q": "nobody"},
        {"q": "bob"},
        {"role": "agent"},
        {"role": "user"},
        {"status": "offline"},
        {},
    )
    for asker, request in itertools.product((ADMIN, Asker(user_id=ada.user_id, role="agent")), searches):
        page = await house.ask("user.list", asker, limit=10, **request)
        if page.next_cursor:
            again = await house.ask("user.list", asker, limit=10, cursor=page.next_cursor, **request)
            assert len(again.users) == 10
    await house.database.command("profile", 0)
    finds = [each async for each in house.database["system.profile"].find({"command.find": "users"})]
    assert len(finds) >= 14
    assert max(each["docsExamined"] for each in finds) <= 22
    assert not any(each.get("hasSortStage") for each in finds)


async def test_free_texts_have_limits(house: House) -> None:
    """A `q` of 33,000 characters was a regular expression too large for MongoDB: `unavailable`, and an exception logged.
    A cursor that is no UTF-8 was `internal`."""

    def cursor(of: bytes) -> str:
        return base64.urlsafe_b64encode(of).decode()

    await house.create("ada", "A" * 100)
    assert len((await house.ask("user.list", q="a" * 100)).users) == 1
    assert (await house.ask("user.list", q="\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 100)).users == []
    bad: tuple[tuple[str, str], ...] = (
        *(("q", q) for q in ("a" * 33_000, "a" * 101, "(" * 101, "a\0b")),
        *(("cursor", cursor(of)) for of in (b'["\xed\xa0\x80","u"]', b'["Ada",""]', b'["Ada","a b"]')),
        ("cursor", cursor(b'["' + b"a" * 101 + b'","u_1"]')),
    )
    for field, value in bad:
        refused = await house.refusal("user.list", ADMIN, **{field: value})
        assert refused.code == "invalid"
        assert field in (refused.refusal.errors or refused.refusal.message)


async def test_who_is_here_is_learned_from_presence_whenever_it_comes(house: House) -> None:
    ada, grace = await house.create("ada"), await house.create("grace", "Grace")

    async def answer(_: Asker, __: ListPresence) -> People:
        return People(people=[PersonPresence(user_id=ada.user_id, status="online", version=3)])

    await house.presence.answer({"presence.list": answer})

    async def here(status: str = "online") -> list[str]:
        return [user.user_id for user in (await house.ask("user.list", status=status)).users]

    async def are_here(*people: str) -> bool:
        return await here() == list(people)

    await until(lambda: are_here(ada.user_id), timeout_s=10)
    assert await here("offline") == [grace.user_id]
    at = "2026-01-01T00:00:00.000Z"
    changes = ((grace.user_id, "online", 1), (ada.user_id, "offline", 4), (ada.user_id, "online", 2))
    for user_id, status, version in changes:
        person = PersonPresence(user_id=user_id, status=status, version=version, last_seen_at=at)
        body = PresenceChanged(person=person)
        await house.presence.tell(fact(USER_CHANGED, body, user_id, id=f"{user_id}.{version}", at=at))
    await until(lambda: are_here(grace.user_id))
    user = (await house.ask("user.get", user_id=ada.user_id)).user
    assert (user.status, user.last_seen_at) == ("offline", at)


async def test_looking_up_leaves_out_the_unknown(house: House) -> None:
    ada = await house.create("ada")
    assert "gateway" not in ASKS["user.look_up"].askers
    request = LookUpUsers(user_ids=[ada.user_id, "u_none", "no id"])
    assert (await house.messenger.ask(ASKS["user.look_up"], request)).users == [ada]
