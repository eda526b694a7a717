"""Who does nothing is away, whatever device and gateway they are at; what people choose is shown, with a note, until it ends."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import rfc3339
from tests.chaos.harm import held_down, until_whole
from tests.kit.history import Body, History, Pushed
from tests.kit.over_http import over_http
from tests.kit.person import Person
from tests.kit.ports import neighbours
from tests.kit.refusal import Refused
from tests.stories.conftest import Enter, Running

AWAY_S = 3.0
SOON_S = 20.0
"""Nobody is away for a lease time after Redis has started: others may not have had the time to say they are active."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Where people are away soon."""
    folder, port = tmp_path_factory.mktemp("away"), str(neighbours(2))
    running = Running(folder, GATEWAYS="2", PORT=port, PARLEY_AWAY_S=str(AWAY_S))
    yield running
    running.stop()


def _shown(watcher: Person, of: Person) -> Body:
    """What this watcher was last pushed."""
    told = [one for push in watcher.pushes("presence") for one in push["people"] if one["user_id"] == of.user_id]
    return told[-1] if told else {}


async def _until_shown(watcher: Person, of: Person, status: str, note: str | None = None) -> Body:
    def is_so() -> bool:
        shown = _shown(watcher, of)
        return shown.get("status") == status and shown.get("note") == note

    await watcher.eventually(is_so, AWAY_S + SOON_S, what=f"{watcher.login} sees {of.login} {status}, {note}")
    return _shown(watcher, of)


def _statuses(history: History, of: Person, since: float) -> set[str]:
    """All that anybody was pushed of this person."""
    return {
        one["status"]
        for record in history.records
        if isinstance(record, Pushed) and record.name == "presence" and record.at >= since
        for one in record.body["people"]
        if one["user_id"] == of.user_id
    }


async def test_any_active_device_counts_and_doing_something_is_active(enter: Enter) -> None:
    desk, phone = await enter("marco", first_gateway=0), await enter("marco", first_gateway=1)
    sofia = await enter("sofia", first_gateway=1)
    await sofia.watch([desk.user_id])
    await _until_shown(sofia, desk, "away")
    for status, logins in (("online", ["marco"]), ("offline", [])):
        found = (await sofia.ask("user.list", q="marco", status=status))["users"]
        assert [(one["login"], one["status"]) for one in found] == [(login, "away") for login in logins]
    await phone.ask("presence.active")
    await _until_shown(sofia, desk, "online")
    await _until_shown(sofia, desk, "away")
    to: Body = {"user_id": sofia.user_id}
    await desk.send(to=to, text="Here")
    await _until_shown(sofia, desk, "online")
    await _until_shown(sofia, desk, "away")
    await over_http(phone, "message.send", to=to, client_message_id="by http", text="Here, too")
    await _until_shown(sofia, desk, "online")


async def test_what_is_chosen_outlives_a_log_out_and_ends_by_itself(enter: Enter) -> None:
    elena, sofia = await enter("elena", first_gateway=0), await enter("sofia", first_gateway=1)
    await sofia.watch([elena.user_id])
    set_ = await elena.session.request(
        "PUT", "/presence", json={"status": "do_not_disturb", "note": "Calls until noon"}
    )
    (said,) = set_["people"]
    assert (said["user_id"], said["status"], said["note"]) == (elena.user_id, "do_not_disturb", "Calls until noon")
    assert await _until_shown(sofia, elena, "do_not_disturb", "Calls until noon") == said
    await elena.leave()
    assert "last_seen_at" in await _until_shown(sofia, elena, "offline")
    await elena.connect()
    await _until_shown(sofia, elena, "do_not_disturb", "Calls until noon")
    until = rfc3339(datetime.now(UTC) + timedelta(seconds=1.5))
    await elena.ask("presence.set", status="away", status_until=until, note="Coffee", note_until=until)
    shown = await _until_shown(sofia, elena, "away", "Coffee")
    assert (shown["status_until"], shown["note_until"]) == (until, until)
    await sofia.eventually(lambda: "note" not in _shown(sofia, elena))
    with pytest.raises(Refused) as refused:
        await elena.ask("presence.set", status="away", status_until=until)
    assert refused.value.code == "invalid"
    await _until_shown(sofia, elena, "away")


async def test_who_is_away_stays_away_when_their_gateway_is_killed(
    cluster: Running, enter: Enter, history: History
) -> None:
    marco, sofia = await enter("marco", first_gateway=0), await enter("sofia", first_gateway=1)
    await sofia.watch([marco.user_id])
    await _until_shown(sofia, marco, "away")
    killed_at = time.monotonic()
    with held_down(cluster, "gateway-1"):
        await marco.eventually(lambda: marco.returned == 2 and marco.is_live)
        # the lease of the killed gateway runs out: there is nothing else to wait for
        await sofia.eventually(lambda: time.monotonic() > killed_at + 14.0, 16.0)
    await until_whole(cluster)
    assert _statuses(history, marco, killed_at) <= {"away"}
    assert (await sofia.ask("presence.list", user_ids=[marco.user_id]))["people"][0]["status"] == "away"
