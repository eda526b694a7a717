"""What people choose to show, whether they are active, and whose connection is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chassis.bus import Asker, fact
from chassis.clock import rfc3339
from contracts.auth import SESSION_ENDED, SessionEnded
from contracts.everything import ASKS
from contracts.presence import Absences, ActivePeople, ClosedLease, CloseLeases, ListAbsent, People, SetPresence
from contracts.refusals import Refused
from contracts.things import PersonPresence
from tests.kit.waiting import eventually
from tests.services.presence.conftest import AWAY_S
from tests.services.presence.house import LEASE_S, LOST_AFTER_S, House, connect, lease


def in_s(seconds: float) -> str:
    return rfc3339(datetime.now(UTC) + timedelta(seconds=seconds))


async def choose(house: House, user_id: str, status: str, **fields: Any) -> PersonPresence:
    request = SetPresence(status=status, **fields)
    answer: People = await house.gateway.ask(ASKS["presence.set"], request, Asker(user_id=user_id, role="agent"))
    (person,) = answer.people
    return person


async def touch(house: House, *user_ids: str) -> None:
    await house.gateway.ask(ASKS["presence.touch"], ActivePeople(user_ids=list(user_ids)))


async def seen(house: House, user_id: str) -> PersonPresence:
    return (await house.list(user_ids=[user_id])).people[0]


def is_seen(house: House, user_id: str, status: str) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        return (await seen(house, user_id)).status == status

    return is_so


async def leave_broken(house: House, name: str, *, moving: bool = False) -> None:
    each = lease(name)
    closed = ClosedLease(
        lease_id=each.lease_id, user_id=each.user_id, session_id=each.session_id, clean=False, moving=moving
    )
    await house.gateway.ask(ASKS["lease.close"], CloseLeases(leases=[closed]))


async def end_session(house: House, user_id: str, session_id: str) -> None:
    auth = await connect(house.nats, "auth")
    at = in_s(0)
    ended = SessionEnded(session_id=session_id, user_id=user_id, reason="logout", at=at)
    await auth.tell(fact(SESSION_ENDED, ended, user_id, id=f"{session_id}.ended", at=at))
    await auth.drain()


async def kept_up(house: House, *names: str, for_s: float) -> None:
    """Their leases are renewed meanwhile: time passes, there is nothing else to wait for."""
    until = asyncio.get_running_loop().time() + for_s
    while asyncio.get_running_loop().time() < until:
        await house.renew(*names)
        await asyncio.sleep(0.2)


async def test_what_is_chosen_is_answered_told_and_kept_until_it_is_over(house: House) -> None:
    await house.open("ada.1")
    until = in_s(1.0)
    answered = await choose(
        house, "ada", "do_not_disturb", status_until=until, note="In a | meeting ✓", note_until=until
    )
    assert (answered.status, answered.note, answered.status_until) == ("do_not_disturb", "In a | meeting ✓", until)
    await house.hears(("ada", "online"), ("ada", "do_not_disturb"))
    assert await seen(house, "ada") == answered == house.people["ada"].person
    assert (
        await choose(house, "ada", "do_not_disturb", status_until=until, note="In a | meeting ✓", note_until=until)
        == answered
    )
    await house.hears(("ada", "online"), ("ada", "do_not_disturb"), ("ada", "online"))
    over_at = datetime.now(UTC)
    assert over_at - datetime.fromisoformat(until) < timedelta(seconds=1)
    assert house.people["ada"].chosen is None
    assert (await seen(house, "ada")).note is None


async def test_it_survives_a_log_out_and_a_lost_redis_and_is_shown_only_while_one_is_here(house: House) -> None:
    await choose(house, "ada", "away", note="Back soon")
    assert await seen(house, "ada") == (await house.list(user_ids=["ada"])).people[0]
    assert (await seen(house, "ada")).status == "offline"
    assert (await seen(house, "ada")).note is None
    await house.lose_all()
    await house.open("ada.1")
    await eventually(is_seen(house, "ada", "away"))
    assert (await seen(house, "ada")).note == "Back soon"
    await house.close("ada.1", clean=True)
    await eventually(is_seen(house, "ada", "offline"), LEASE_S + 3)
    await house.open("ada.2")
    await eventually(is_seen(house, "ada", "away"))
    assert (await choose(house, "ada", "online")).status == "online"


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"status": "offline"}, "status"),
        ({"status": ""}, "status"),
        ({"status": "online", "note": "x" * 141}, "note"),
        ({"status": "online", "note": "two\nlines"}, "note"),
        ({"status": "online", "note": "a\0b"}, "note"),
        ({"status": "online", "status_until": "2999-01-01T00:00:00Z"}, "status_until"),
        ({"status": "away", "note_until": "2026-01-01T00:00:00Z"}, "note_until"),
        *(
            ({"status": "away", "status_until": at}, "status_until")
            for at in ("", "soon", "2001-01-01T00:00:00Z", "9999-12-31T00:00:00", "9999-12-31T00:00:00Z")
        ),
        ({"status": "away", "status_until": "0001-01-01T00:00:00+14:00"}, "status_until"),
    ],
)
async def test_what_cannot_be_chosen_is_refused(house: House, fields: dict[str, Any], at_fault: str) -> None:
    with pytest.raises(Refused) as refused:
        await choose(house, "ada", **fields)
    assert (refused.value.code, list(refused.value.refusal.errors or {})) == ("invalid", [at_fault])
    assert house.told == []


async def test_who_does_nothing_is_away_until_any_device_is_active(brisk: House) -> None:
    await brisk.open("ada.1", "ada.2", "grace.1")
    await brisk.hears(("ada", "online"), ("grace", "online"))
    renewing = asyncio.create_task(kept_up(brisk, "ada.1", "ada.2", "grace.1", for_s=AWAY_S + 3.0))
    for _ in range(6):
        await touch(brisk, "grace", "nobody")
        await asyncio.sleep(AWAY_S / 4)
    await brisk.hears(("ada", "online"), ("grace", "online"), ("ada", "away"))
    await brisk.close("ada.2", clean=True)
    await brisk.open("ada.3")
    await leave_broken(brisk, "ada.1", moving=True)
    assert (await seen(brisk, "ada")).status == "away"
    await touch(brisk, "ada")
    await eventually(is_seen(brisk, "ada", "online"))
    renewing.cancel()


async def test_coming_back_is_not_being_active_and_coming_is(brisk: House) -> None:
    await brisk.open("ada.1")
    await kept_up(brisk, "ada.1", for_s=AWAY_S)
    await eventually(is_seen(brisk, "ada", "away"))
    await leave_broken(brisk, "ada.1")
    await eventually(is_seen(brisk, "ada", "offline"))
    await brisk.open("ada.2")
    await brisk.hears(*(("ada", status) for status in ("online", "away", "offline", "away")))
    await brisk.close("ada.2", clean=True)
    await brisk.open("ada.3")
    assert (await seen(brisk, "ada")).status == "online"


async def test_who_was_active_when_redis_was_lost_and_comes_back_later_is_online(house: House) -> None:
    await house.open("ada.1")
    await eventually(is_seen(house, "ada", "online"))
    await house.lose_all()
    await eventually(is_seen(house, "ada", "offline"), LEASE_S + 5)
    await house.open("ada.2")
    await eventually(is_seen(house, "ada", "online"))


async def test_an_away_person_stays_away_when_redis_is_lost(brisk: House) -> None:
    await brisk.open("ada.1", "grace.1")
    await brisk.hears(("ada", "online"), ("grace", "online"))
    await kept_up(brisk, "ada.1", "grace.1", for_s=AWAY_S)
    await touch(brisk, "grace")
    await eventually(is_seen(brisk, "ada", "away"))
    brisk.told.clear()
    brisk.redis.kill()
    await brisk.redis.until_ended()
    await brisk.redis.start()
    # renewed before anybody recalled who was here
    await eventually(_renews(brisk, "ada.1", "grace.1"))
    await kept_up(brisk, "ada.1", "grace.1", for_s=0.5)
    assert (await seen(brisk, "ada")).status == "away"
    assert ("ada", "online") not in brisk.told
    assert ("grace", "online") not in brisk.told


async def test_one_who_flaps_is_told_a_few_times_a_second_and_rightly_in_the_end(house: House) -> None:
    await house.open("ada.1")
    for number in range(30):
        await choose(house, "ada", ("away", "do_not_disturb")[number % 2], note=str(number))
    assert len(house.told) <= 7
    await eventually(lambda: house.people["ada"].person.note == "29", LEASE_S)
    assert house.versions == sorted(set(house.versions))
    assert await seen(house, "ada") == house.people["ada"].person


@pytest.mark.parametrize("how", ["broken", "moved", "killed"])
async def test_a_connection_that_broke_is_told_lost_and_back_once_each(house: House, how: str) -> None:
    await house.open("ada.1", "grace.1")
    if how != "killed":
        await leave_broken(house, "ada.1", moving=how == "moved")
    renewing = asyncio.create_task(kept_up(house, "grace.1", for_s=LEASE_S + LOST_AFTER_S + 2))
    await eventually(lambda: house.connections, LEASE_S + LOST_AFTER_S + 3)
    await renewing
    await house.open("ada.2")
    await eventually(lambda: len(house.connections) > 1)
    (lost, back) = house.connections
    assert (lost[:2], back[:2]) == (("ada", "lost"), ("ada", "back"))
    assert lost[2] == back[2]


async def test_who_leaves_cleanly_or_comes_back_in_time_is_not_lost(house: House) -> None:
    await house.open("ada.1", "grace.1", "linus.1", "edsger.1")
    await house.close("ada.1", clean=True)
    await leave_broken(house, "grace.1")
    await leave_broken(house, "linus.1")
    await leave_broken(house, "edsger.1")
    await eventually(is_seen(house, "grace", "offline"))
    await house.open("grace.2")
    await end_session(house, "linus", "session-linus")
    await house.close("edsger.1", clean=True)  # told late
    await kept_up(house, "grace.2", for_s=LOST_AFTER_S + 1.5)
    assert house.connections == []


async def test_who_logs_out_after_being_told_lost_is_not_back(house: House) -> None:
    await house.open("ada.1")
    await leave_broken(house, "ada.1")
    await eventually(lambda: house.connections, LOST_AFTER_S + 3)
    await end_session(house, "ada", "session-other")
    await end_session(house, "ada", "session-ada")
    await eventually(lambda: len(house.connections) > 1)
    await house.open("ada.2")
    await eventually(is_seen(house, "ada", "online"))
    await house.hears_no_more(1.0)
    assert [state for _, state, _ in house.connections] == ["lost", "left"]


async def test_a_lost_redis_raises_no_loss_and_forgets_none(house: House) -> None:
    await house.open("ada.1", "grace.1")
    await leave_broken(house, "ada.1")
    renewing = asyncio.create_task(kept_up(house, "grace.1", for_s=LOST_AFTER_S + 1.5))
    await eventually(lambda: house.connections, LOST_AFTER_S + 3)
    await renewing
    await house.lose_all()
    await kept_up(house, "grace.1", for_s=LEASE_S + LOST_AFTER_S + 1)
    assert [state for _, state, _ in house.connections] == ["lost"]
    await house.open("ada.2")
    await eventually(lambda: len(house.connections) > 1)
    assert house.connections[1][:2] == ("ada", "back")


async def test_nobody_is_lost_because_presence_was_away(house: House) -> None:
    await house.open("ada.1")
    await leave_broken(house, "ada.1")
    await eventually(is_seen(house, "ada", "offline"))
    await house.parts.aclose()
    await asyncio.sleep(LOST_AFTER_S)
    await house.start()
    await house.open("ada.2")
    await kept_up(house, "ada.2", for_s=LEASE_S + 1)
    assert house.connections == []


def _renews(house: House, *names: str) -> Callable[[], Awaitable[bool]]:
    async def is_so() -> bool:
        try:
            await house.renew(*names)
        except Refused:
            return False
        return True

    return is_so


async def test_who_is_away_and_wanted_to_be_left_alone_is_told_to_a_part(house: House) -> None:
    """What they chose is shown to nobody while they are not here."""
    until = in_s(600)
    await house.open("ada.1", "grace.1", "linus.1")
    await choose(house, "ada", "do_not_disturb", status_until=until)
    await choose(house, "grace", "do_not_disturb")
    for name in ("ada.1", "grace.1"):
        await house.close(name, clean=True)
    notifier = await connect(house.nats, "notifier")
    request = ListAbsent(user_ids=["ada", "grace", "linus", "barbara"])
    answer: Absences = await notifier.ask(ASKS["presence.absent"], request)
    await notifier.drain()
    assert [(one.user_id, one.do_not_disturb, one.until) for one in answer.absent] == [
        ("ada", True, until),
        ("grace", True, None),
        ("barbara", False, None),
    ]
    assert [one.last_seen_at is not None for one in answer.absent] == [True, True, False]
