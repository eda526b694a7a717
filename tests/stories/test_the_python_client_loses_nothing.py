"""What parley_client promises, on a real cluster: sent once and heard once over connections that are cut, resumed by cursor,
a snapshot where that is not to be, and an end where returning is of no use."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import assert_type

import pytest

from parley_client import Ended, Event, Lost, Parley, Refused, asks, heard, types
from tests.kit.person import Person
from tests.kit.waiting import eventually
from tests.kit.wire_to import WireTo
from tests.stories.conftest import PASSWORD, Enter, Running

WITHIN_S = 30.0


@asynccontextmanager
async def group_of(sofia: Person, *logins: str) -> AsyncIterator[str]:
    ids = [(await sofia.ask("user.list", q=login))["users"][0]["user_id"] for login in logins]
    made = await sofia.ask("group.create", name="Cut", member_ids=ids)
    yield made["conversation"]["conversation_id"]


async def heard_until(parley: Parley, is_last: Callable[[Event], bool]) -> list[Event]:
    events: list[Event] = []

    async def hear() -> None:
        async for event in parley:
            events.append(event)
            if is_last(event):
                return

    await asyncio.wait_for(hear(), WITHIN_S)
    return events


def says(text: str) -> Callable[[Event], bool]:
    return lambda event: isinstance(event, heard.MessageSent) and event.message.text == text


def texts(events: list[Event], conversation_id: str) -> list[str]:
    messages = [event.message for event in events if isinstance(event, heard.MessageSent)]
    return [message.text for message in messages if message.conversation_id == conversation_id]


async def test_over_wires_that_are_cut_everything_is_sent_once_and_heard_once(cluster: Running, enter: Enter) -> None:
    sofia = await enter("sofia")
    async with group_of(sofia, "marco", "elena") as group:
        one, other = WireTo(cluster.url), WireTo(cluster.url)
        async with (
            one.open() as to_marco,
            other.open() as to_elena,
            Parley(to_marco, login="marco", password=PASSWORD, hear=False) as marco,
            Parley(to_elena, login="elena", password=PASSWORD) as elena,
        ):
            listening = asyncio.create_task(heard_until(elena, says("119")))
            sent = []
            for number in range(120):
                sent.append(marco.post(str(number), conversation_id=group))
                if number % 30 == 29:
                    await asyncio.wait_for(sent[number - 10], WITHIN_S)
                    one.cut()
                    other.cut()
                    await eventually(lambda: marco.is_live and elena.is_live, WITHIN_S)
            messages = await asyncio.wait_for(asyncio.gather(*sent), WITHIN_S)
            events = await listening
        assert one.cuts + other.cuts >= 8
        assert [message.text for message in messages] == [str(number) for number in range(120)]
        assert texts(events, group) == [str(number) for number in range(120)]
        assert sum(isinstance(event, Lost) for event in events) >= 2
        history = await sofia.ask("message.list", conversation_id=group, limit=200)
        assert [message["text"] for message in history["messages"] if "change" not in message] == [
            str(number) for number in range(120)
        ]


async def test_the_next_run_hears_what_the_one_before_was_not_done_with(cluster: Running, enter: Enter) -> None:
    sofia = await enter("sofia")
    async with group_of(sofia, "marco") as group:
        to = {"conversation_id": group}
        async with Parley(cluster.url, login="marco", password=PASSWORD) as marco:
            for text in ("one", "two", "three"):
                await sofia.send(to=to, text=text)
            await heard_until(marco, says("two"))
            cursor = marco.cursor
        await sofia.send(to=to, text="four")
        async with Parley(cluster.url, login="marco", password=PASSWORD, cursor=cursor) as marco:
            events = await heard_until(marco, lambda event: isinstance(event, heard.Ready))
        assert texts(events, group) == ["two", "three", "four"]  # "two" was taken, and nobody asked for the next
        assert isinstance(events[-1], heard.Ready)
        assert events[-1].recovered


async def test_a_cursor_of_no_use_gives_a_snapshot(cluster: Running, enter: Enter) -> None:
    sofia = await enter("sofia")
    async with group_of(sofia, "marco") as group:
        await sofia.send(to={"conversation_id": group}, text="before")
        async with Parley(cluster.url, login="marco", password=PASSWORD, cursor="from-elsewhere") as marco:
            (ready,) = await heard_until(marco, lambda event: isinstance(event, heard.Ready))
        assert isinstance(ready, heard.Ready)
        assert not ready.recovered
        assert ready.snapshot is not None
        known = {each.conversation_id: each for each in ready.snapshot.conversations}
        last = known[group].last_message
        assert last is not None
        assert last.text == "before"


async def test_who_does_not_listen_for_long_hears_everything_all_the_same(cluster: Running, enter: Enter) -> None:
    """Its memory has a bound: it lets go of the connection, and hears the rest on return."""
    sofia = await enter("sofia")
    async with group_of(sofia, "marco") as group:
        marco = Parley(cluster.url, login="marco", password=PASSWORD)
        marco._inbox._most = 20
        async with marco:
            for number in range(60):
                await sofia.send(to={"conversation_id": group}, text=str(number))
            events = await heard_until(marco, says("59"))
        assert texts(events, group) == [str(number) for number in range(60)]
        assert any(isinstance(event, Lost) for event in events)


async def test_an_ended_session_is_the_end(cluster: Running) -> None:
    async with Parley(cluster.url, login="elena", password=PASSWORD) as elena:
        (mine,) = [each for each in (await elena.ask(asks.SESSION_LIST)).sessions if each.current]
        waiting = asyncio.create_task(heard_until(elena, lambda _: False))
        async with Parley(cluster.url, login="admin", password=PASSWORD) as admin:
            await admin.ask(asks.SESSION_END, types.EndSession(session_id=mine.session_id))
        with pytest.raises(Ended) as ended:
            await waiting
        assert ended.value.code == "session_ended"
        for late in (elena.ask(asks.ME_GET), elena.send("late", user_id="u_1"), elena.connect()):
            with pytest.raises(Ended):
                await late


async def test_an_expired_token_is_no_end(cluster: Running, enter: Enter) -> None:
    """Whose token the server calls too old refreshes it, and whose connection was cut meanwhile returns with the fresh one."""
    wire = WireTo(cluster.url)
    sofia = await enter("sofia")
    async with wire.open() as url, Parley(url, login="jonas", password=PASSWORD) as jonas:
        before = await jonas._account.token()
        jonas._account.expire()
        wire.cut()
        await eventually(lambda: not jonas.is_live, WITHIN_S)
        await eventually(lambda: jonas.is_live, WITHIN_S)
        assert await jonas._account.token() != before
        text = secrets.token_hex(4)
        await sofia.send(to={"user_id": jonas.user.user_id}, text=text)
        events = await heard_until(jonas, says(text))
        assert sum(isinstance(event, heard.Ready) for event in events) == 2


async def test_who_asks_too_much_waits_and_is_answered(cluster: Running) -> None:
    async with Parley(cluster.url, login="jonas", password=PASSWORD, hear=False) as jonas:
        answers = await asyncio.gather(*(jonas.ask(asks.ME_GET) for _ in range(240)))
        assert {answer.user.login for answer in answers} == {"jonas"}


async def test_what_is_refused_says_why(cluster: Running) -> None:
    wrong = Parley(cluster.url, login="jonas", password="Wrong-2026")
    with pytest.raises(Refused, match="invalid_credentials"):
        async with wrong:
            pytest.fail("came in")
    async with Parley(cluster.url, login="jonas", password=PASSWORD) as jonas:
        with pytest.raises(Refused) as refused:
            await jonas.send("", user_id=jonas.user.user_id)
        assert refused.value.code == "invalid"
        with pytest.raises(Refused, match="forbidden"):
            await jonas.ask(asks.AUDIT_LIST, types.ListAudit(limit=1))


async def test_over_http_alone_it_asks_and_a_clean_close_logs_out(cluster: Running) -> None:
    parley = Parley(cluster.url, login="jonas", password=PASSWORD, agent="over-http")
    assert (await parley.log_in()).login == "jonas"
    assert (await parley.ask(asks.USER_GET, types.GetUser(user_id=parley.user.user_id))).user.name == "Jonas"
    people = await parley.ask(asks.PRESENCE_LIST, types.ListPresence(user_ids=["u_1", "u_2"]))
    assert_type(people, types.People)
    assert [one.user_id for one in people.people] == ["u_1", "u_2"]
    with pytest.raises(ValueError, match="sockets only"):
        await parley.ask(asks.TYPING_START, types.StartTyping(conversation_id="g_1"))
    assert "over-http" in await _clients(cluster)
    await parley.close()
    assert "over-http" not in await _clients(cluster)


async def _clients(cluster: Running) -> list[str | None]:
    """What Jonas's sessions call themselves."""
    parley = Parley(cluster.url, login="jonas", password=PASSWORD)
    await parley.log_in()
    try:
        return [each.client for each in (await parley.ask(asks.SESSION_LIST)).sessions]
    finally:
        await parley.close()
