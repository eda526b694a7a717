"""Too large and too many: each has its code, says when to come again where that helps, and costs nobody else."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest

from contracts.limits import MEMBERS_MAX, PACKET_BYTES_MAX, TEXT_BYTES_MAX, WATCHED_MAX
from tests.kit.raw_socket import RawSocket
from tests.kit.refusal import Refused
from tests.kit.waiting import eventually
from tests.stories.conftest import Enter, Running

TOO_MANY = 400
TO_NOBODY = {"to": {"user_id": "nobody"}, "client_message_id": "1"}
TOO_MUCH: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("group.create", {"name": "All", "member_ids": [f"u_{n}" for n in range(MEMBERS_MAX + 1)]}, "invalid"),
    ("presence.list", {"user_ids": [f"u_{n}" for n in range(WATCHED_MAX + 1)]}, "invalid"),
    ("presence.watch", {"user_ids": [f"u_{n}" for n in range(WATCHED_MAX + 1)]}, "too_large"),
    ("message.send", {**TO_NOBODY, "text": "x" * (TEXT_BYTES_MAX + 1)}, "too_large"),
    ("message.send", {**TO_NOBODY, "text": "é" * (TEXT_BYTES_MAX // 2 + 1)}, "too_large"),
    ("message.send", {**TO_NOBODY, "text": "x" * (PACKET_BYTES_MAX - 200)}, "too_large"),
    ("message.send", {**TO_NOBODY, "text": "x" * TEXT_BYTES_MAX}, "not_found"),
)


async def test_too_many_asks_over_http(cluster: Running, enter: Enter) -> None:
    jonas, elena = await enter("jonas"), await enter("elena")
    headers = {"Authorization": f"Bearer {await jonas.session.fresh_token()}"}
    async with aiohttp.ClientSession(headers=headers) as http:

        async def ask() -> tuple[int, dict[str, Any], str | None]:
            async with http.get(f"{cluster.url}/api/v1/me") as answer:
                return answer.status, await answer.json(content_type=None), answer.headers.get("Retry-After")

        answers = await asyncio.gather(*(ask() for _ in range(TOO_MANY)))
    refused = [(body, wait) for status, body, wait in answers if status != 200]
    assert refused
    assert {body["code"] for body, _ in refused} == {"rate_limited"}
    assert min(body["retry_after_s"] for body, _ in refused) > 0
    assert min(int(wait or 0) for _, wait in refused) >= 1
    assert (await elena.ask("me.get"))["user"]["login"] == "elena"


async def test_too_many_asks_over_the_socket(cluster: Running, enter: Enter) -> None:
    """Wrong ones count as right ones do, and every one is answered."""
    jonas = await enter("jonas")
    async with aiohttp.ClientSession() as http, RawSocket(http, cluster.url, await jonas.session.fresh_token()) as raw:
        for number in range(TOO_MANY):
            await raw.say(f'42{number}["no.such.ask",{{}}]')
        answers: dict[int, dict[str, Any]] = {}
        while len(answers) < TOO_MANY:
            key, _, body = (await raw.hear("43"))[2:].partition("[")
            answers[int(key)] = json.loads(f"[{body}")[0]["error"]
    assert {error["code"] for error in answers.values()} == {"not_found", "rate_limited"}
    assert min(error["retry_after_s"] for error in answers.values() if error["code"] == "rate_limited") > 0


async def test_too_many_of_something(enter: Enter) -> None:
    sofia = await enter("sofia")
    for name, fields, code in TOO_MUCH:
        with pytest.raises(Refused) as refused:
            await sofia.ask(name, **fields)
        assert (name, refused.value.code) == (name, code)


@pytest.mark.parametrize("is_chunked", [False, True])
async def test_too_large_a_body(cluster: Running, enter: Enter, is_chunked: bool) -> None:
    marco = await enter("marco")
    headers = {"Authorization": f"Bearer {await marco.session.fresh_token()}"}
    body = json.dumps({**TO_NOBODY, "text": "x" * PACKET_BYTES_MAX}).encode()

    async def parts() -> Any:
        for start in range(0, len(body), 4096):
            yield body[start : start + 4096]

    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{cluster.url}/api/v1/messages", data=parts() if is_chunked else body) as answer,
    ):
        assert answer.status == 413
        assert (await answer.json(content_type="application/problem+json"))["code"] == "too_large"


async def test_too_large_a_packet_ends_the_connection_and_it_says_why(cluster: Running, enter: Enter) -> None:
    marco = await enter("marco")
    token = (await marco.session.log_in())["access_token"]
    async with aiohttp.ClientSession() as http:
        async with RawSocket(http, cluster.url, token) as raw:
            await raw.say("420" + json.dumps(["message.send", {**TO_NOBODY, "text": "x" * PACKET_BYTES_MAX}]))
            said = await raw.until_ended()
        assert not [one for one in said if one.startswith("430")]

        async def why() -> str | None:
            async with RawSocket(http, cluster.url) as again:
                await again.say("40" + json.dumps({"token": token}))
                ending: str | None = json.loads((await again.hear('42["ready"'))[2:])[1].get("last_ending")
                return ending

        told: Callable[[], str | Awaitable[str | None] | None] = why
        assert await eventually(told) == "protocol_error"
