"""Everything that may happen happens once, and what is then in the stream is what docs/events.md and the schemas say."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

from contracts.everything import EVENTS
from contracts.limits import ID
from contracts.published.asyncapi import HEADERS
from contracts.published.schemas import files
from contracts.texts import carries_text, without_text
from tests.chaos.watching import NEVER
from tests.kit.over_http import over_http
from tests.kit.schemas import validator_of
from tests.kit.session import open_http
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, Enter, Running

SCHEMAS = files()
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
MADE = "Another-2026"
SECRET = "nobody reads this"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("events"), PARLEY_LOST_AFTER_S="1")
    yield running
    running.stop()


async def test_every_event_is_as_its_page_says(cluster: Running, enter: Enter) -> None:
    told: list[Msg] = []
    state = json.loads((cluster.data_dir / "run" / "cluster.json").read_text())
    password = json.loads((cluster.data_dir / "run" / "secrets.json").read_text())["nats"]["local"]
    listener = await nats.connect(state["nats_url"], user="local", password=password, inbox_prefix=b"_INBOX_local")

    async def hear(msg: Msg) -> None:
        told.append(msg)

    config = ConsumerConfig(name="every", deliver_subject="_INBOX_local.every", ack_policy=AckPolicy.NONE)
    await listener.subscribe("_INBOX_local.every", cb=hear)
    await listener.jetstream().add_consumer("PARLEY", config)
    await _let_everything_happen(enter)
    await _log_in_and_out(cluster.url)
    await eventually(lambda: not set(EVENTS) - {*map(_name, told)}, 20, what="each event")
    await listener.close()
    for msg in told:
        _check(msg)


def test_what_is_left_without_texts_is_still_as_its_schema_says() -> None:
    for name, event in EVENTS.items():
        example = (Path(__file__).parents[2] / "contracts" / "golden" / "events.json").read_text()
        body = json.dumps(json.loads(example)[name]).encode()
        left = without_text(name, body)
        _validate(name, json.loads(left))
        assert b"Good morning" not in left
        assert carries_text(event) or json.loads(left) == json.loads(body), name


async def _let_everything_happen(enter: Enter) -> None:
    admin, sofia, marco = await enter("admin"), await enter("sofia"), await enter("marco")
    direct = await sofia.send(to={"user_id": marco.user_id}, text=SECRET)
    where = {"conversation_id": direct["conversation_id"], "seq": direct["seq"]}
    await marco.ask("conversation.read", **where)
    await marco.ask("conversation.update", conversation_id=where["conversation_id"], pinned=True)
    await sofia.ask("message.edit", **where, text=f"{SECRET}, again")
    await sofia.ask("message.delete", **where)
    made = await sofia.ask("group.create", name="Everything", member_ids=[marco.user_id])
    group = made["conversation"]["conversation_id"]
    await sofia.ask("group.update", conversation_id=group, name="Everything else", member_ids=[])
    await sofia.ask("group.delete", conversation_id=group)
    await marco.eventually(lambda: marco.pushes("notice"))
    await marco.ask("notice.dismiss", notice_id=marco.pushes("notice")[-1]["notice_id"])
    form = {"login": "ada", "name": "Ada", "role": "agent", "password": PASSWORD}
    ada = (await over_http(admin, "user.create", **form))["user"]["user_id"]
    await over_http(admin, "user.set_password", user_id=ada, password=MADE)
    await over_http(admin, "user.update", user_id=ada, disabled=True)
    jonas = await enter("jonas", returns=NEVER)
    jonas.lose_connection()
    await sofia.eventually(lambda: [n for n in sofia.pushes("notice") if n["code"] == "connection_lost"], 30)
    back = await enter("jonas")
    await back.leave()
    await jonas.leave()


async def _log_in_and_out(url: str) -> None:
    async with open_http() as http:
        form = {"login": "elena", "password": PASSWORD}
        async with http.post(f"{url}/api/v1/auth/login", json=form) as answer:
            bearer = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
        async with http.post(f"{url}/api/v1/auth/logout", json={}, headers=bearer) as answer:
            assert answer.ok


def _check(msg: Msg) -> None:
    name, headers = _name(msg), msg.headers or {}
    event = EVENTS[name]
    keys = msg.subject.removeprefix(event.prefix + ".").split(".")
    assert len(keys) == len(event.keys) and all(map(ID.fullmatch, keys)), msg.subject
    assert set(HEADERS) <= set(headers), name
    assert headers["ce-specversion"] == "1.0" and headers["ce-type"] == name and headers["ce-source"] == "parley"
    assert headers["ce-subject"] == ".".join(keys)
    assert headers["ce-id"] == headers["Nats-Msg-Id"] and TIME.fullmatch(headers["ce-time"])
    assert headers["ce-datacontenttype"] == headers["content-type"] == "application/json"
    assert all(value.isascii() and value.isprintable() and " " not in value for value in headers.values()), headers
    body = json.loads(msg.data)
    _validate(name, body)
    assert _id_of(event.id, headers["ce-id"], dict(zip(event.keys, keys, strict=True))), (name, headers["ce-id"])
    said = msg.data.decode()
    assert PASSWORD not in said and MADE not in said
    assert SECRET not in said or carries_text(event)


def _id_of(grammar: str, id: str, keys: dict[str, str]) -> bool:
    """Whether the id is made as the page says, of this event's own keys."""
    parts = re.split(r"<(.*?)>", grammar)
    made = [re.escape(keys[part]) if part in keys else r"[^.]+" for part in parts[1::2]]
    fixed = [re.escape(part) for part in parts[::2]]
    pattern = "".join(a + b for a, b in zip(fixed, [*made, ""], strict=True))
    return grammar == "<an id of this change>" or re.fullmatch(pattern, id) is not None


def _validate(name: str, body: Any) -> None:
    schema = SCHEMAS[f"{EVENTS[name].body.__name__}.json"]
    validator_of(schema, SCHEMAS).validate(body)


def _name(msg: Msg) -> str:
    return ".".join(msg.subject.split(".")[2:5])
