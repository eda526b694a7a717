"""NATS refuses each part, and each outsider, all that is not theirs: whatever they were made to try."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from contracts.everything import ASKS, EVENTS, PARTS
from contracts.outsiders import EVENTS_SCOPE, TEXT_SCOPE
from contracts.permissions import users
from tests.kit.api import Api
from tests.kit.outsider import Tried, connected, is_admitted, password_of, state_of, token_for
from tests.kit.session import open_http
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, Running

SERVICES = ("auth", "messenger", "presence", "notifier", "gateway")
PULL = {"ack_policy": "explicit", "deliver_policy": "all", "replay_policy": "instant"}
OF_NOBODY = [
    ("publish", "$JS.API.STREAM.DELETE.PARLEY"),
    ("publish", "$JS.API.STREAM.PURGE.PARLEY"),
    ("publish", "$JS.API.STREAM.UPDATE.PARLEY"),
    ("publish", "$JS.API.STREAM.MSG.GET.PARLEY"),
    ("publish", "$JS.API.STREAM.MSG.DELETE.PARLEY"),
    ("publish", "$JS.API.STREAM.NAMES"),
    ("publish", "$SYS.REQ.SERVER.PING"),
    ("publish", "$SYS.REQ.USER.AUTH"),
    ("subscribe", ">"),
    ("subscribe", "*.>"),
    ("subscribe", "parley.>"),
    ("subscribe", "_INBOX.>"),
    ("subscribe", "_INBOX_somebody.>"),
    ("subscribe", "$JS.>"),
    ("subscribe", "$SYS.>"),
]
OF_OTHERS = "billing"
"""Another outsider, of whom the first is to see and touch nothing."""


def of_no_outsider(own: str, streams: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield from OF_NOBODY
    for subject in (
        "$SRV.PING",
        "$JS.API.STREAM.CREATE.MINE",
        "$JS.API.STREAM.LIST",
        "parley.ephemeral.gateway.typing",
    ):
        yield "publish", subject
    yield "publish", "parley.mirrored.api.CONSUMER.CREATE.PARLEY"
    yield "publish", "$JS.FC.PARLEY.x.y"
    for stream in ("PARLEY", "PARLEY_TEXT", "PARLEY_DEAD"):
        yield "publish", f"$JS.API.DIRECT.GET.{stream}"
        for verb in ("LIST", "NAMES", "CREATE"):
            yield "publish", f"$JS.API.CONSUMER.{verb}.{stream}"
        theirs = (OF_OTHERS, f"{own}x", f"{own}_other") if stream in streams else (own, OF_OTHERS)
        for name in theirs:
            for verb in ("CREATE", "DURABLE.CREATE", "INFO", "DELETE", "MSG.NEXT", "PAUSE", "UNPIN"):
                yield "publish", f"$JS.API.CONSUMER.{verb}.{stream}.{name}"
            yield "publish", f"$JS.API.CONSUMER.CREATE.{stream}.{name}.parley.event.>"
            yield "publish", f"$JS.ACK.{stream}.{name}.1.1.1.1.0"
        if stream not in streams:
            yield "publish", f"$JS.API.STREAM.INFO.{stream}"
    for ask in ASKS.values():
        yield "publish", ask.subject
    for event in EVENTS.values():
        yield "publish", event.subject(*("x" for _ in event.keys))
    yield "publish", f"_INBOX_{OF_OTHERS}.x"
    for subject in (
        f"_INBOX_{OF_OTHERS}.>",
        "_INBOX_auth.>",
        "parley.event.>",
        "parley.ask.>",
        "parley.mirrored.told.>",
        "$SRV.>",
    ):
        yield "subscribe", subject


def of_other_parts(part: str) -> Iterator[tuple[str, str]]:
    """What contracts/permissions.py does not give this part, of all that is said."""
    if part != "auth":
        yield "publish", "parley.outside.event.messenger.message.sent.x"
        yield "publish", "parley.outside.api.STREAM.DELETE.PARLEY"
        yield "subscribe", "$SYS.REQ.USER.AUTH"
    yield from (rule for rule in OF_NOBODY if rule != ("publish", "$SYS.REQ.USER.AUTH"))
    yield "publish", "parley.mirrored.told.x"
    for ask in ASKS.values():
        if part not in ask.askers:
            yield "publish", ask.subject
            yield "publish", ask.subject_at("x")
        if ask.owner != part:
            yield "subscribe", ask.subject
    for event in EVENTS.values():
        if event.owner != part:
            yield "publish", event.subject(*("x" for _ in event.keys))
        yield "subscribe", event.prefix + ".>"
    for other in PARTS:
        if other != part:
            yield "subscribe", f"_INBOX_{other}.>"
            yield "publish", f"_INBOX_{other}.x"
            yield "publish", f"parley.dead.{other}.x"


@pytest.fixture
async def api(cluster: Running) -> AsyncIterator[Api]:
    async with open_http() as http:
        yield Api(http, cluster.url, PASSWORD)


@pytest.fixture
async def url(cluster: Running) -> str:
    return str(state_of(cluster.data_dir)["nats_url"])


@pytest.mark.parametrize("part", SERVICES)
async def test_a_part_says_and_hears_what_is_its_own(cluster: Running, url: str, part: str) -> None:
    password = password_of(cluster.data_dir, part)
    async with connected(url, user=part, password=password, inbox_prefix=f"_INBOX_{part}".encode()) as tried:
        for kind, subject in dict.fromkeys(of_other_parts(part)):
            assert await tried.is_refused(kind, subject), f"{part} may {kind} {subject}"
        assert (await tried.asks("$JS.API.STREAM.INFO.PARLEY"))["config"]["name"] == "PARLEY"
        for subject in users()[part].subscribe:
            if subject.startswith("_INBOX"):
                assert not await tried.is_refused("subscribe", subject)


@pytest.mark.parametrize(("scope", "streams"), [(EVENTS_SCOPE, ("PARLEY",)), (TEXT_SCOPE, ("PARLEY", "PARLEY_TEXT"))])
async def test_an_outsider_reads_and_does_nothing_else(
    api: Api, url: str, scope: str, streams: tuple[str, ...]
) -> None:
    _, secret = await token_for(api, "crm", scope)
    async with connected(url, token=secret, name="archive", inbox_prefix=b"_INBOX_crm") as tried:
        for kind, subject in dict.fromkeys(of_no_outsider("crm", streams)):
            assert await tried.is_refused(kind, subject), f"an outsider of {scope} may {kind} {subject}"
        for stream, consumer in itertools.product(streams, ("crm", "crm_archive")):
            await _reads(tried, stream, consumer)


async def _reads(tried: Tried, stream: str, consumer: str) -> None:
    config = {**PULL, "durable_name": consumer, "name": consumer}
    await tried.asks(f"$JS.API.CONSUMER.CREATE.{stream}.{consumer}", {"stream_name": stream, "config": config})
    subscription = await tried.client.jetstream().pull_subscribe_bind(consumer, stream=stream)
    (msg,) = await subscription.fetch(1, timeout=5)
    assert msg.headers and msg.headers["ce-specversion"] == "1.0"
    assert msg.reply.startswith(f"$JS.ACK.{stream}.{consumer}.")
    assert not await tried.is_refused("publish", msg.reply)

    async def is_acknowledged() -> bool:
        info = await tried.asks(f"$JS.API.CONSUMER.INFO.{stream}.{consumer}")
        return bool(info["ack_floor"]["stream_seq"])

    await eventually(is_acknowledged)
    await tried.asks(f"$JS.API.CONSUMER.DELETE.{stream}.{consumer}")


async def test_a_consumer_that_pushes_reaches_nothing_but_its_owner(api: Api, url: str) -> None:
    """The server itself publishes what such a consumer delivers, with permissions of its own."""
    _, victim = await token_for(api, OF_OTHERS, TEXT_SCOPE)
    _, secret = await token_for(api, "crm", TEXT_SCOPE)
    async with (
        connected(url, token=victim, name="x", inbox_prefix=f"_INBOX_{OF_OTHERS}".encode()) as other,
        connected(url, token=secret, name="archive", inbox_prefix=b"_INBOX_crm") as tried,
    ):
        await _make(other, OF_OTHERS, {})
        before = await _state(tried)
        for target in (
            f"$JS.API.CONSUMER.DELETE.PARLEY.{OF_OTHERS}",
            "$JS.API.STREAM.DELETE.PARLEY",
            "$JS.API.STREAM.PURGE.PARLEY",
            "parley.event.messenger.message.sent.x",
            "parley.mirrored.api.CONSUMER.CREATE.PARLEY",
        ):
            # without a body it would be a whole request
            config = {"deliver_subject": target, "headers_only": True, "ack_policy": "none"}
            await _make(tried, "crm", config, "PARLEY_TEXT")
            await asyncio.sleep(0.5)  # there is nothing to wait for: nothing is to happen
            await tried.asks("$JS.API.CONSUMER.DELETE.PARLEY_TEXT.crm")
        assert (await other.asks(f"$JS.API.CONSUMER.INFO.PARLEY.{OF_OTHERS}"))["name"] == OF_OTHERS
        after = await _state(tried)
        assert after["first_seq"] == before["first_seq"] and after["last_seq"] >= before["last_seq"]


async def test_an_answer_and_what_is_fetched_do_nothing_where_they_are_sent(api: Api, url: str) -> None:
    """Whoever asks names where the answer goes: empty, it would be an acknowledgement, or a whole request."""
    _, victim = await token_for(api, OF_OTHERS, EVENTS_SCOPE)
    _, secret = await token_for(api, "crm", EVENTS_SCOPE)
    async with (
        connected(url, token=victim, name="y", inbox_prefix=f"_INBOX_{OF_OTHERS}".encode()) as other,
        connected(url, token=secret, name="answers", inbox_prefix=b"_INBOX_crm") as tried,
    ):
        own, theirs = "crm_answers", f"{OF_OTHERS}_y"
        await _make(other, theirs, {})
        await _make(tried, own, {"headers_only": True})
        (msg,) = await (await other.client.jetstream().pull_subscribe_bind(theirs, stream="PARLEY")).fetch(1, timeout=5)
        before = await _state(tried)
        targets = (
            msg.reply,
            f"$JS.API.CONSUMER.DELETE.PARLEY.{theirs}",
            "$JS.API.STREAM.PURGE.PARLEY",
            "parley.event.a.b.c.d",
        )
        for subject, target in itertools.product((f"MSG.NEXT.PARLEY.{own}", f"INFO.PARLEY.{own}"), targets):
            await tried.client.publish(f"$JS.API.CONSUMER.{subject}", b"", reply=target)
        await tried.client.flush()
        # what was asked for first is done first: the next answer comes after all of that
        await (await tried.client.jetstream().pull_subscribe_bind(own, stream="PARLEY")).fetch(1, timeout=5)
        info = await other.asks(f"$JS.API.CONSUMER.INFO.PARLEY.{theirs}")
        assert (info["num_ack_pending"], info["ack_floor"]["stream_seq"]) == (1, 0)
        after = await _state(tried)
        assert after["first_seq"] == before["first_seq"] and after["last_seq"] >= before["last_seq"]
        for consumer in (own, theirs):
            await (tried if consumer == own else other).asks(f"$JS.API.CONSUMER.DELETE.PARLEY.{consumer}")


async def test_a_request_is_for_what_its_subject_says(api: Api, url: str) -> None:
    _, secret = await token_for(api, "crm", EVENTS_SCOPE)
    async with connected(url, token=secret, inbox_prefix=b"_INBOX_crm") as tried:
        for verb, stream, name in (
            ("CREATE", "PARLEY_TEXT", "crm"),
            ("CREATE", "PARLEY", OF_OTHERS),
            ("DURABLE.CREATE", "PARLEY", OF_OTHERS),
            ("DURABLE.CREATE", "PARLEY_TEXT", "crm"),
        ):
            request = {"stream_name": stream, "config": {**PULL, "durable_name": name, "name": name}}
            with pytest.raises(AssertionError, match="error"):
                await tried.asks(f"$JS.API.CONSUMER.{verb}.PARLEY.crm", request)


async def _make(tried: Tried, consumer: str, more: dict[str, Any], stream: str = "PARLEY") -> None:
    config = {**PULL, "durable_name": consumer, "name": consumer, **more}
    await tried.asks(f"$JS.API.CONSUMER.CREATE.{stream}.{consumer}", {"stream_name": stream, "config": config})


async def _state(tried: Tried) -> dict[str, int]:
    state: dict[str, int] = (await tried.asks("$JS.API.STREAM.INFO.PARLEY"))["state"]
    return state


async def test_who_has_no_token_for_events_is_not_admitted(api: Api, url: str) -> None:
    _, write = await token_for(api, "crm", "write")
    _, read = await token_for(api, "crm", "read")
    token_id, revoked = await token_for(api, "crm", EVENTS_SCOPE)
    assert await is_admitted(url, auth_token=revoked)
    await api("admin", "DELETE", f"/tokens/{token_id}")
    for token in (write, read, revoked, "parley_" + "x" * 43, "", "admin"):
        assert not await is_admitted(url, auth_token=token)
    for user in ("auth", "somebody"):
        assert not await is_admitted(url, user=user, **{"pass": "wrong"})
