"""Forgotten passwords and invitations: asked for over HTTP, sent to a real SMTP server, and the link's token used."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.auth.actions import forgot_password
from services.auth.store.users import MongoUsers
from tests.doors.house import PASSWORD, Answer, House, Servers, house
from tests.kit.mail_server import OK, Mail, MailServer
from tests.kit.waiting import eventually

NEW = "Parley-2027"
EMAIL = "ada@example.org"
WRONG = "reset_token_invalid"


def notifier(server: MailServer, **more: Any) -> dict[str, Any]:
    to = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": "none", "smtp_timeout_s": 2.0}
    return to | {"smtp_from": "parley@example.org"} | more


@pytest_asyncio.fixture
async def post() -> AsyncIterator[MailServer]:
    async with MailServer() as server:
        yield server


@pytest_asyncio.fixture
async def parley(servers: Servers, post: MailServer) -> AsyncIterator[House]:
    """With an SMTP server."""
    public = {"public_url": "https://parley.example.org/"}
    async with house(servers, auth=public, notifier=notifier(post)) as made:
        await eventually(lambda: can_reset(made))
        yield made


async def can_reset(parley: House) -> bool:
    return bool((await parley.ask("GET", "/auth/password-policy")).body["reset_available"])


async def forgot(parley: House, login: str = "ada", email: str = EMAIL) -> Answer:
    answer = await parley.ask("POST", "/auth/password/forgot", {"login": login, "email": email})
    assert (answer.status, answer.body) == (204, {})
    return answer


async def reset(parley: House, token: str, password: str = NEW) -> Answer:
    return await parley.ask("POST", "/auth/password/reset", {"token": token, "new_password": password})


async def mail(post: MailServer, number: int = 1) -> Mail:
    """The newest, once there are so many."""
    await eventually(lambda: len(post.taken) >= number)
    assert len(post.taken) == number
    return post.taken[-1]


async def nothing_waits(parley: House) -> None:
    async def is_empty() -> bool:
        return not await parley.database["links"].count_documents({"waiting": True})

    await eventually(is_empty)


async def invite(parley: House, login: str = "ada", **more: Any) -> dict[str, Any]:
    form = {"login": login, "name": "Ada", "role": "agent", **more}
    answer = await parley.ask("POST", "/users", form, await parley.token("root"))
    assert answer.status == 201, answer
    return answer.body


async def everything(parley: House) -> str:
    """What MongoDB has."""
    names = await parley.database.list_collection_names()
    return str([document for name in names async for document in parley.database[name].find()])


async def trail(parley: House, user_id: str) -> list[tuple[str, str, Any]]:
    found = parley.database["audit"].find({"target_id": user_id}).sort("at")
    return [(each["action"], each["outcome"], each.get("detail")) async for each in found]


async def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(parley: House, post: MailServer) -> None:
    ada = await parley.create("ada", email=EMAIL)
    token = await parley.token("ada")
    async with parley.socket(token) as socket:
        await forgot(parley, "ADA", " Ada@Example.org ")
        sent = await mail(post)
        assert sent.recipients == [EMAIL]
        assert sent.link.startswith("https://parley.example.org/login#reset=")
        assert f'href="{sent.link}"' in sent.part("html")
        for part in ("plain", "html"):
            assert "Hello Ada" in sent.part(part)
            assert "forgot the password of ada" in sent.part(part)
        assert (await reset(parley, sent.token)).status == 204
        await socket.hear('42["session.ended"')
    assert (await parley.log_in("ada")).code == "invalid_credentials"
    assert (await parley.log_in("ada", NEW)).status == 200
    assert (await reset(parley, sent.token, "Parley-2028")).code == WRONG
    assert ("auth.password.changed", "reset") in [
        (told.name, told.data.decode().partition('"reason":"')[2].partition('"')[0]) for told in parley.told
    ]
    entries = await trail(parley, ada["user_id"])
    assert ("auth.forgot_password", "done", {"mail": "asked for"}) in entries
    assert ("auth.reset_password", "done", {"link": "reset"}) in entries


async def test_nothing_of_a_link_is_anywhere_but_in_its_mail(
    parley: House, post: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    await parley.create("ada", email=EMAIL)
    await forgot(parley)
    token = (await mail(post)).token
    given = (await invite(parley, "grace"))["invitation"].partition("#reset=")[2]
    stored = await everything(parley)
    assert "token_hashes" in stored
    assert (await reset(parley, token)).status == 204
    assert (await reset(parley, given)).status == 204
    await eventually(lambda: parley.names().count("auth.password.changed") == 2)
    stored += await everything(parley)
    told = "".join(f"{told.name} {told.data!r}" for told in parley.told)
    said = "".join(capfd.readouterr())
    assert "mail.sent" in said
    for secret in (token, given, NEW):
        assert secret not in stored
        assert secret not in told
        assert secret not in said
    assert EMAIL not in said


async def test_nobody_learns_who_has_an_account(parley: House, post: MailServer) -> None:
    """The same answer to all, and the same work for it: what MongoDB was asked to do is compared, as that takes the time."""
    root = await parley.token("root")
    await parley.create("ada", email=EMAIL)
    await parley.create("linus")
    off = await parley.create("grace", email="grace@example.org")
    await parley.ask("PATCH", f"/users/{off['user_id']}", {"disabled": True}, root)
    kinds = {
        "somebody": ("ada", EMAIL),
        "another address": ("ada", "eve@example.org"),
        "no address": ("linus", EMAIL),
        "disabled": ("grace", "grace@example.org"),
        "nobody": ("eve", EMAIL),
        "no login at all": ("\n", "\0"),
    }
    work: dict[str, list[Counter[str]]] = {}
    for kind, (login, email) in kinds.items():
        work[kind] = [await work_of(parley, login, email) for _ in range(2)]  # the second is too soon
    assert all(each == work["nobody"] for each in work.values()), work
    assert work["nobody"][0] == {"query users": 1, "query links": 1, "update links": 1, "insert audit": 1}
    await nothing_waits(parley)
    assert [sent.recipients for sent in post.taken] == [[EMAIL]]
    entries = await trail(parley, off["user_id"])
    assert ("auth.forgot_password", "done", {"mail": "none"}) in entries
    trails = str([each async for each in parley.database["audit"].find()])
    assert "eve" not in trails


async def work_of(parley: House, login: str, email: str) -> Counter[str]:
    """How often each collection was asked, in the transaction, or for somebody of that login."""
    await parley.database.command("profile", 0)
    await parley.database["system.profile"].drop()
    await parley.database.command("profile", 2)
    await forgot(parley, login, email)
    await parley.database.command("profile", 0)
    done: Counter[str] = Counter()
    async for each in parley.database["system.profile"].find():
        asked = each.get("command", {})
        collection = each["ns"].partition(".")[2]
        is_put = "_id" in asked.get("u", {})  # a whole document: what marks mails as sent changes only fields
        if is_put or asked.get("autocommit") is False or "login_key" in str(asked.get("filter")):
            done[f"{each['op']} {collection}"] += 1
    return done


async def test_one_mail_a_minute_and_five_an_hour(parley: House, post: MailServer) -> None:
    await parley.create("ada", email=EMAIL)
    for number in range(1, 6):
        await asyncio.gather(*(forgot(parley) for _ in range(3)))
        await mail(post, number)
        parley.clock.move(seconds=61)
    await forgot(parley)
    await nothing_waits(parley)
    assert len(post.taken) == 5
    parley.clock.move(minutes=56)
    await forgot(parley)
    newest = await mail(post, 6)
    assert (await reset(parley, newest.token)).status == 204


def from_one_address(servers: Servers, post: MailServer) -> Any:
    """3 a minute. Proxies are believed."""
    auth, gateway = {"forgotten_per_min": 3}, {"trusted_proxies": "127.0.0.0/8, ::1"}
    return house(servers, auth=auth, gateway=gateway, notifier=notifier(post))


async def ask_from(parley: House, address: str, login: str, email: str = EMAIL) -> None:
    form = {"login": login, "email": email}
    answer = await parley.ask("POST", "/auth/password/forgot", form, X_Forwarded_For=address)
    assert (answer.status, answer.body) == (204, {})


async def written(parley: House) -> tuple[int, int]:
    asked = await parley.database["audit"].count_documents({"action": "auth.forgot_password"})
    return asked, await parley.database["links"].count_documents({"kind": "reset"})


async def test_from_one_address_so_many_are_written_a_minute(servers: Servers, post: MailServer) -> None:
    """Whoever asks for more is answered the same, whoever that is about."""
    async with from_one_address(servers, post) as parley:
        await eventually(lambda: can_reset(parley))
        await parley.create("ada", email=EMAIL)
        await asyncio.gather(*(ask_from(parley, "203.0.113.9", f"nobody{number}") for number in range(10)))
        assert await written(parley) == (3, 3)
        await ask_from(parley, "203.0.113.10", "ada")
        assert await written(parley) == (4, 4)
        assert (await mail(post)).recipients == [EMAIL]
        parley.clock.move(minutes=2)
        await ask_from(parley, "203.0.113.9", "nobody")
        assert await written(parley) == (5, 5)
        assert [await parley.redis.pttl(key) > 0 async for key in parley.redis.scan_iter("guesses:*")]


async def test_whoever_shares_the_address_keeps_nobody_from_their_mail(
    servers: Servers, post: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    """One who asked 30 times a minute stopped everybody's, in silence: a contact centre has one address."""
    async with from_one_address(servers, post) as parley:
        await eventually(lambda: can_reset(parley))
        ada = await parley.create("ada", email=EMAIL)
        for number in range(8):
            await ask_from(parley, "203.0.113.9", f"nobody{number}")
        for _ in range(6):
            await asyncio.gather(*(ask_from(parley, "203.0.113.9", "ada", address) for address in (EMAIL, "eve@x.org")))
        assert (await mail(post)).recipients == [EMAIL]
        await nothing_is_looked_at()
        assert await written(parley) == (4, 4)
        for number in range(2, 6):
            parley.clock.move(minutes=1, seconds=1)
            await asyncio.gather(*(ask_from(parley, "203.0.113.9", f"nobody{one}") for one in range(8)))
            await asyncio.gather(*(ask_from(parley, "203.0.113.9", "ada") for _ in range(3)))
            await mail(post, number)
        parley.clock.move(minutes=1, seconds=1)
        await asyncio.gather(*(ask_from(parley, "203.0.113.9", f"nobody{one}") for one in range(8)))
        await ask_from(parley, "203.0.113.9", "ada")
        await nothing_is_looked_at()
        assert len(post.taken) == 5
        asked = [each for each in await trail(parley, ada["user_id"]) if each[0] == "auth.forgot_password"]
        assert asked == [("auth.forgot_password", "done", {"mail": "asked for"})] * 5
        assert "".join(capfd.readouterr()).count("password.forgotten_too_often") == 6


async def nothing_is_looked_at() -> None:
    """Behind an answer."""
    await eventually(lambda: not [each for each in asyncio.all_tasks() if each.get_name() == "password.forgotten"])


async def test_what_is_beyond_is_looked_at_behind_the_answer(
    servers: Servers, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer waits for nothing that depends on who it is about."""
    async with from_one_address(servers, post) as parley:
        await eventually(lambda: can_reset(parley))
        await parley.create("ada", email=EMAIL)
        for number in range(3):
            await ask_from(parley, "203.0.113.9", f"nobody{number}")
        go_on, by_login = asyncio.Event(), MongoUsers.by_login

        async def late(users: MongoUsers, login: str) -> Any:
            await go_on.wait()
            return await by_login(users, login)

        monkeypatch.setattr(MongoUsers, "by_login", late)
        async with asyncio.timeout(20):
            for login in ("ada", "nobody"):
                await ask_from(parley, "203.0.113.9", login)
        assert await written(parley) == (3, 3)
        go_on.set()
        await mail(post)
        assert await written(parley) == (4, 4)


async def test_of_too_many_at_once_those_that_are_right_are_written(
    servers: Servers, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgot_password, "AT_ONCE", 0)
    monkeypatch.setattr(forgot_password, "TURN_S", 0.05)
    async with house(servers, notifier=notifier(post)) as parley:
        await eventually(lambda: can_reset(parley))
        await parley.create("ada", email=EMAIL)
        for login in ("nobody", "ada"):
            await forgot(parley, login)
        await mail(post)
        assert await written(parley) == (1, 1)


async def test_of_far_too_many_behind_their_answers_nothing_comes(
    servers: Servers, post: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgot_password, "BEHIND_MAX", 0)
    async with from_one_address(servers, post) as parley:
        await eventually(lambda: can_reset(parley))
        await parley.create("ada", email=EMAIL)
        for login in ("nobody1", "nobody2", "nobody3", "ada"):
            await ask_from(parley, "203.0.113.9", login)
        assert not [each for each in asyncio.all_tasks() if each.get_name() == "password.forgotten"]
        assert await written(parley) == (3, 3)


async def test_a_link_is_good_for_one_hour(parley: House, post: MailServer) -> None:
    ada = await parley.create("ada", email=EMAIL)
    await forgot(parley)
    token = (await mail(post)).token
    parley.clock.move(minutes=59, seconds=55)
    assert (await reset(parley, token, "short")).code == "password_policy"
    parley.clock.move(seconds=6)
    assert (await reset(parley, token)).code == WRONG
    assert ("auth.reset_password", WRONG, None) in await trail(parley, ada["user_id"])
    assert (await parley.log_in("ada")).status == 200


async def test_only_the_newest_link_is_good(parley: House, post: MailServer) -> None:
    await parley.create("ada", email=EMAIL)
    await forgot(parley)
    first = (await mail(post)).token
    parley.clock.move(minutes=2)
    await forgot(parley)
    second = (await mail(post, 2)).token
    assert (await reset(parley, first)).code == WRONG
    assert (await reset(parley, second)).status == 204


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "x" * 100_000, "ä" * 43, "x" * 42 + "\n", "../../x", "{$ne: 1}"])
async def test_what_is_no_token_is_refused(parley: House, token: str) -> None:
    answer = await reset(parley, token)
    assert (answer.status, answer.code) == (400, WRONG)
    assert (await parley.ask("POST", "/auth/password/reset", {"new_password": NEW})).code == "invalid"
    operator = {"token": {"$ne": ""}, "new_password": NEW}
    assert (await parley.ask("POST", "/auth/password/reset", operator)).code == "invalid"


async def test_a_refused_password_leaves_the_link_good(parley: House, post: MailServer) -> None:
    await parley.create("ada", email=EMAIL)
    await forgot(parley)
    token = (await mail(post)).token
    refused = await reset(parley, token, "short")
    assert refused.code == "password_policy"
    assert refused.body["errors"]["new_password"]
    assert (await reset(parley, token, PASSWORD)).code == "password_reused"
    assert (await reset(parley, token)).status == 204


async def test_a_link_used_twice_at_once_works_once(parley: House, post: MailServer) -> None:
    await parley.create("ada", email=EMAIL)
    await forgot(parley)
    token = (await mail(post)).token
    passwords = [f"Parley-{number}!" for number in range(2030, 2034)]
    answers = await asyncio.gather(*(reset(parley, token, password) for password in passwords))
    assert sorted(answer.code for answer in answers) == ["", WRONG, WRONG, WRONG]
    (won,) = (password for password, answer in zip(passwords, answers, strict=True) if answer.status == 204)
    assert (await parley.log_in("ada", won)).status == 200


@pytest.mark.parametrize("how", ["changed", "set", "address", "disabled"])
async def test_a_link_is_void_once_the_account_changed(parley: House, post: MailServer, how: str) -> None:
    ada, root = await parley.create("ada", email=EMAIL), await parley.token("root")
    path = f"/users/{ada['user_id']}"
    await forgot(parley)
    token = (await mail(post)).token
    if how == "changed":
        form = {"login": "ada", "current_password": PASSWORD, "new_password": "Parley-2030"}
        answer = await parley.ask("POST", "/auth/password/change", form)
    elif how == "set":
        answer = await parley.ask("PUT", f"{path}/password", {"password": "Parley-2030"}, root)
    elif how == "address":
        answer = await parley.ask("PATCH", path, {"email": "ada@example.net"}, root)
    else:
        answer = await parley.ask("PATCH", path, {"disabled": True}, root)
    assert answer.status in (200, 204), answer
    assert (await reset(parley, token)).code == WRONG
    if how == "disabled":
        assert (await parley.ask("PATCH", path, {"disabled": False}, root)).status == 200
        assert (await reset(parley, token)).code == WRONG


async def test_a_reset_unlocks_and_clears_what_must_change(parley: House, post: MailServer) -> None:
    await parley.create("ada", email=EMAIL, must_change=True)
    for _ in range(12):
        locked = await parley.log_in("ada", "wrong")
    assert locked.code == "too_many_attempts"
    await forgot(parley)
    assert (await reset(parley, (await mail(post)).token)).status == 204
    assert (await parley.log_in("ada", NEW)).status == 200


async def test_without_smtp_a_page_need_not_offer_it(servers: Servers) -> None:
    async with house(servers) as parley:
        await parley.create("ada", email=EMAIL)

        async def answer(login: str) -> str:
            form = {"login": login, "email": EMAIL}
            return (await parley.ask("POST", "/auth/password/forgot", form)).code

        async def is_known() -> bool:
            return await answer("ada") == await answer("eve") == "smtp_not_configured"

        await eventually(is_known)
        assert not await can_reset(parley)
        assert (await invite(parley, "grace", email="grace@example.org"))["invitation"]


async def test_a_mail_is_sent_once_when_the_server_is_back(parley: House, post: MailServer) -> None:
    await parley.create("ada", email=EMAIL)
    await post.stop()
    await forgot(parley)
    await tried(parley, 2)
    parley.clock.move(minutes=50)
    await post.start()
    sent = await mail(post)
    await nothing_waits(parley)
    assert len(post.taken) == 1
    assert (await reset(parley, sent.token)).status == 204


async def test_no_mail_comes_after_its_hour(parley: House, post: MailServer) -> None:
    await parley.create("ada", email=EMAIL)
    await post.stop()
    await forgot(parley)
    await tried(parley, 1)
    parley.clock.move(minutes=61)
    await post.start()
    await forgot(parley)  # sent after what waited before it
    await mail(post)


async def test_a_server_that_says_later_or_hangs_gets_the_mail_later(servers: Servers, post: MailServer) -> None:
    async with house(servers, notifier=notifier(post, smtp_timeout_s=0.3)) as parley:
        await eventually(lambda: can_reset(parley))
        await parley.create("ada", email=EMAIL)
        post.to_recipient = "450 4.2.1 Later"
        await forgot(parley)
        await tried(parley, 1)
        post.to_recipient = OK
        post.goes_on.clear()
        parley.clock.move(minutes=1)
        await tried(parley, 2)
        post.goes_on.set()
        parley.clock.move(minutes=1)
        sent = await mail(post)
        await nothing_waits(parley)
        assert (await reset(parley, sent.token)).status == 204
        assert len(post.taken) == 1


async def test_a_mail_that_is_refused_for_good_is_given_up(
    parley: House, post: MailServer, capfd: pytest.CaptureFixture[str]
) -> None:
    await parley.create("ada", email=EMAIL)
    post.to_recipient = f"550 5.1.1 <{EMAIL}> is nobody"
    await forgot(parley)
    await eventually(lambda: post.begun)
    await nothing_waits(parley)
    assert post.begun == 1
    said = "".join(capfd.readouterr())
    assert said.count("link.given_up") == 1
    assert EMAIL not in said


async def tried(parley: House, times: int) -> None:
    """So often, without success, and not on its way now."""

    async def is_put_off() -> bool:
        (link,) = await parley.database["links"].find({"kind": "reset", "waiting": True}).to_list()
        on_its_way = link["due_at"] > parley.clock.now() + timedelta(seconds=30)
        return link["attempts"] >= times and not on_its_way

    await eventually(is_put_off)


async def test_who_has_no_password_is_invited_by_mail(parley: House, post: MailServer) -> None:
    made = await invite(parley, email=EMAIL)
    assert made["user"]["invited"]
    assert "invitation" not in made
    assert (await parley.log_in("ada", "")).code == (await parley.log_in("ada")).code == "invalid_credentials"
    sent = await mail(post)
    assert "An account was made for you" in sent.part("plain")
    assert "An account was made for you" in sent.part("html")
    parley.clock.move(days=6)
    assert (await reset(parley, sent.token)).status == 204
    answer = await parley.log_in("ada", NEW)
    assert answer.status == 200
    assert "invited" not in answer.body["user"]
    assert (await reset(parley, sent.token, "Parley-2030")).code == WRONG


async def test_whom_no_mail_reaches_is_invited_by_hand(parley: House) -> None:
    made = await invite(parley, request_id="r1")
    link = made["invitation"]
    assert link.startswith("https://parley.example.org/login#reset=")
    again = await invite(parley, request_id="r1")
    assert again["user"] == made["user"]
    assert again["invitation"] != link
    token = link.partition("#reset=")[2]
    assert (await reset(parley, token)).status == 204
    assert (await reset(parley, again["invitation"].partition("#reset=")[2])).code == WRONG
    assert "invitation" not in await invite(parley, request_id="r1")
    assert (await parley.log_in("ada", NEW)).status == 200
    assert [each[0] for each in await trail(parley, made["user"]["user_id"])].count("user.invite") == 1


async def test_an_invitation_ends(parley: House) -> None:
    token = (await invite(parley))["invitation"].partition("#reset=")[2]
    parley.clock.move(days=7, seconds=1)
    assert (await reset(parley, token)).code == WRONG


async def test_an_invitation_follows_the_address(parley: House, post: MailServer) -> None:
    made = await invite(parley, email="adda@example.org")
    lost = (await mail(post)).token
    path, root = f"/users/{made['user']['user_id']}", await parley.token("root")
    assert (await parley.ask("PATCH", path, {"email": EMAIL}, root)).status == 200
    sent = await mail(post, 2)
    assert sent.recipients == [EMAIL]
    assert (await reset(parley, lost)).code == WRONG
    assert (await reset(parley, sent.token)).status == 204


async def test_whose_link_a_change_takes_gets_another_where_no_mail_can_be_sent(servers: Servers) -> None:
    """A corrected address, and a disabling, made the link that was handed over void, and gave none."""
    async with house(servers) as parley:
        await eventually(lambda: cannot_mail(parley))
        made = await invite(parley, email="adda@example.org")
        path, root = f"/users/{made['user']['user_id']}", await parley.token("root")
        links = [made["invitation"]]
        for fields in ({"email": EMAIL}, {"disabled": True}, {"disabled": False}, {"email": ""}, {"name": "Ada L."}):
            answer = await parley.ask("PATCH", path, fields, root)
            assert answer.status == 200
            is_given = "email" in fields or fields.get("disabled") is False
            assert ("invitation" in answer.body) == is_given, fields
            links += [answer.body["invitation"]] if is_given else []
        *lost, link = (each.partition("#reset=")[2] for each in links)
        assert [(await reset(parley, each)).code for each in lost] == [WRONG] * 3
        assert (await reset(parley, link)).status == 204
        assert (await parley.log_in("ada", NEW)).status == 200
        assert "invitation" not in (await parley.ask("PATCH", path, {"email": EMAIL}, root)).body


async def cannot_mail(parley: House) -> bool:
    form = {"login": "ada", "email": EMAIL}
    return (await parley.ask("POST", "/auth/password/forgot", form)).code == "smtp_not_configured"


async def test_who_was_invited_may_ask_for_a_link(parley: House, post: MailServer) -> None:
    await invite(parley, email=EMAIL)
    await mail(post)
    parley.clock.move(days=8)
    await forgot(parley)
    sent = await mail(post, 2)
    assert (await reset(parley, sent.token)).status == 204
    assert (await parley.log_in("ada", NEW)).status == 200
