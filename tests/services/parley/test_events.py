"""`parley events follow`: what is told, sifted, without what people wrote; and what its NATS user may not do."""

import asyncio
import json
from typing import Any

import nats
import pytest

from chassis.bus import Told
from contracts.everything import EVENTS
from contracts.permissions import users
from parley.verbs.events.sift import Sift
from parley.verbs.events.tell import as_json, as_line
from services.presence.api.sessions_ended import CONSUMER
from tests.contracts.test_golden import _read
from tests.doors.house import House, Servers
from tests.kit.waiting import eventually
from tests.services.parley.conftest import Command

SECRET = "the secret of the day"
FOLLOW = ("events", "follow")


async def _talk(parley: House, text: str) -> dict[str, Any]:
    """The message that root wrote to ada."""
    ada = (await parley.ask("GET", "/users?q=ada", token=await parley.token("root"))).body["users"]
    user_id = ada[0]["user_id"] if ada else (await parley.create("ada"))["user_id"]
    form = {"to": {"user_id": user_id}, "client_message_id": str(len(text)), "text": text}
    answer = await parley.ask("POST", "/messages", form, await parley.token("root"))
    assert answer.status in (200, 201), answer
    message: dict[str, Any] = answer.body["message"]
    return message


@pytest.fixture
async def open_house(parley: House) -> House:
    await parley.database["users"].update_one({"login": "root"}, {"$set": {"disabled": False}})
    return parley


async def _line(said: asyncio.StreamReader) -> str:
    async with asyncio.timeout(15):
        return (await said.readline()).decode()


async def test_what_is_told_is_shown_at_once_and_no_text_of_it(open_house: House, watching: Command) -> None:
    parley = open_house
    since = await parley.local.last_seq() + 1
    async with watching.goes_on(*FOLLOW, "--type", "message.*", "--since", since) as said:
        message = await _talk(parley, SECRET)
        line = await _line(said)
        assert f"messenger.message.sent {message['conversation_id']}" in line
        assert f"message_id={message['message_id']}" in line and SECRET not in line
        await _talk(parley, "another")
        assert "seq=2" in await _line(said)
    async with watching.goes_on(*FOLLOW, "--type", "message.*", "--since", since, "--text") as said:
        assert f'text="{SECRET}"' in await _line(said)


async def test_it_begins_at_a_time_and_sifts_by_conversation(open_house: House, watching: Command) -> None:
    parley = open_house
    message = await _talk(parley, SECRET)
    words = ("--conversation", message["conversation_id"], "--type", "message.sent", "--json")
    async with watching.goes_on(*FOLLOW, *words, "--since", message["sent_at"]) as said:
        told = json.loads(await _line(said))
        assert told["data"]["message"]["message_id"] == message["message_id"]
        assert SECRET not in json.dumps(told)


def _example(name: str) -> Told:
    data = json.dumps(_read("events")[name]).encode()
    return Told(7, "e_1", name, tuple("k" for _ in EVENTS[name].keys), data, 1_000_000_000)


@pytest.mark.parametrize("name", [name for name in EVENTS if name.startswith("messenger.")])
def test_no_event_shows_what_people_wrote(name: str) -> None:
    told = _example(name)
    for tell in (as_line, as_json):
        assert "Good morning" not in tell(told, with_text=False)
        assert ("Good morning" in tell(told, with_text=True)) == (b"Good morning" in told.data)


def test_what_is_no_json_is_not_shown() -> None:
    told = Told(7, "e_1", "messenger.message.sent", ("c",), b'{"text": "half of', 0)
    assert "half" not in as_line(told, with_text=True) and Sift(person="u").lets_through(told) is False


def test_an_order_to_the_terminal_is_only_read() -> None:
    data = json.dumps({"user": {"name": "\x1b[2J\n\x9b7m", "user_id": "u_1"}}).encode()
    line = as_line(Told(7, "e_1", "auth.user.created", ("u_1",), data, 0), with_text=False)
    assert line.isprintable()


@pytest.mark.parametrize(
    ("sift", "passes"),
    [
        (Sift(), True),
        (Sift(types=["message.sent"]), True),
        (Sift(types=["messenger.*"]), True),
        (Sift(types=["auth.*", "message.s*"]), True),
        (Sift(types=["auth.*"]), False),
        (Sift(person="u_Ada1"), True),
        (Sift(person="u_Grace1"), False),
        (Sift(conversation="g_floor1"), True),
        (Sift(conversation="g_other"), False),
        (Sift(types=["message.sent"], person="u_Ada1", conversation="g_floor1"), True),
    ],
)
def test_what_is_sought_passes(sift: Sift, passes: bool) -> None:
    assert sift.lets_through(_example("messenger.message.sent")) is passes


async def test_asked_in_the_wrong_way_it_says_so(offline: Command, command: Command) -> None:
    ended = await offline(*FOLLOW, "--since", "yesterday")
    assert ended.code == 2 and "neither a time" in ended.complained
    ended = await command(*FOLLOW)  # with the password of the operator
    assert (ended.code, "does not admit the user watcher" in ended.complained) == (1, True)


async def test_whoever_watches_changes_nothing(parley: House, servers: Servers) -> None:
    """A consumer of a part, made again under its name with another filter, would lose that part its events."""
    assert users()["watcher"].subscribe == ("_INBOX_watcher.>",)
    durable = await parley.local.js.consumer_info("PARLEY", CONSUMER)
    errors: list[str] = []

    async def on_error(error: Exception) -> None:
        errors.append(str(error))

    client: Any = await nats.connect(
        servers.nats.url,
        user="watcher",
        password=servers.nats.passwords["watcher"],
        inbox_prefix="_INBOX_watcher",
        error_cb=on_error,
    )
    try:
        for subject in (
            "$JS.API.CONSUMER.CREATE.PARLEY",
            f"$JS.API.CONSUMER.DELETE.PARLEY.{durable.name}",
            f"$JS.API.CONSUMER.MSG.NEXT.PARLEY.{durable.name}",
            f"$JS.API.CONSUMER.CREATE.PARLEY.{durable.name}",
            f"$JS.API.CONSUMER.DURABLE.CREATE.PARLEY.{durable.name}",
            "$JS.API.STREAM.DELETE.PARLEY",
            "$JS.API.STREAM.PURGE.PARLEY",
            "parley.event.auth.user.created.u1",
            "parley.ask.auth.session.end_of",
        ):
            errors.clear()
            await client.publish(subject, b"{}")
            await eventually(lambda: errors, 30.0, what=subject)
            assert "permissions violation" in errors[0].lower(), subject
        now = await parley.local.js.consumer_info("PARLEY", CONSUMER)
        assert now.config == durable.config
    finally:
        await client.close()
