"""What the NATS user `operator` may do: ask some things, look at the stream from outside, and hear the answers."""

from typing import Any

import nats

from contracts.everything import ASKS
from contracts.parked import HEARERS
from contracts.permissions import users
from tests.doors.house import House, Servers
from tests.kit.waiting import eventually
from tests.services.parley.conftest import Command

MAY_ASK = {"user.create_first_admin", "license.get", "keys.rotate", "session.list_of", "session.end_of"}
MAY_ASK |= {f"{part}.replay_parked" for part in HEARERS}
LOOKS_AT = {
    "$SRV.STATS",
    "$JS.API.STREAM.INFO.PARLEY",
    "$JS.API.STREAM.INFO.PARLEY_DEAD",
    "$JS.API.CONSUMER.LIST.PARLEY",
    "$JS.API.DIRECT.GET.PARLEY_DEAD",
    "$JS.API.STREAM.MSG.DELETE.PARLEY_DEAD",
    "$JS.API.STREAM.DELETE.PARLEY",
}


def test_the_table_gives_the_operator_its_asks_and_its_inbox_alone() -> None:
    allowed = users()["operator"]
    asks = [ASKS[name] for name in MAY_ASK]
    assert set(allowed.publish) == {
        *(ask.subject for ask in asks),
        *(ask.subject_at("*") for ask in asks),
        *(f"$SRV.PING.{part}" for part in ("auth", *HEARERS)),
        *LOOKS_AT,
    }
    assert allowed.subscribe == ("_INBOX_operator.>",)


async def test_nats_lets_the_operator_say_nothing_else(parley: House, servers: Servers) -> None:
    errors: list[str] = []

    async def on_error(error: Exception) -> None:
        errors.append(str(error))

    client: Any = await nats.connect(
        servers.nats.url, user="operator", password=servers.nats.passwords["operator"], error_cb=on_error
    )
    try:
        others = [ask.subject for name, ask in ASKS.items() if name not in MAY_ASK and ask.owner != "gateway"]
        others += ["parley.event.auth.user.created.u1", "$JS.API.STREAM.PURGE.PARLEY", "$SRV.INFO"]
        for subject in others:
            await client.publish(subject, b"{}")
        await client.flush()
        await eventually(lambda: len(errors) == len(others))
        for subject in ("parley.>", "_INBOX_gateway.>", ">"):
            await client.subscribe(subject)
        await client.flush()
        await eventually(lambda: len(errors) == len(others) + 3)
        assert all("permissions violation" in error.lower() for error in errors)
    finally:
        await client.close()


async def test_the_licence_of_the_cluster_is_shown(parley: House, command: Command) -> None:
    ended = await command("license", "show")
    assert (ended.code, ended.said) == (0, "No licence, no limits.\n")


async def test_keys_are_rotated(parley: House, command: Command) -> None:
    await parley.database["users"].update_one({"login": "root"}, {"$set": {"disabled": False}})
    token = await parley.token("root")
    before = {key["kid"] for key in await _published(parley)}
    ended = await command("keys", "rotate")
    assert ended.code == 0, ended
    kids = set(ended.said.removeprefix("Published keys: ").strip().split(", "))
    assert before < kids
    assert (await parley.ask("GET", "/me", token=token)).status == 200


async def _published(parley: House) -> list[dict[str, str]]:
    async with parley.http.get(f"{parley.url}/.well-known/jwks.json") as answer:
        keys: list[dict[str, str]] = (await answer.json())["keys"]
        return keys


async def test_where_nobody_answers_it_ends(servers: Servers, command: Command) -> None:
    ended = await command("license", "show")
    assert (ended.code, ended.complained) == (1, "parley: auth is away for the moment: try again.\n")
