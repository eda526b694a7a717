"""Who is mailed what they missed, and who is not."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import rfc3339
from contracts.messenger import DeleteMessage, UpdateConversation, UpdateGroup
from contracts.notifier import OfConversation, QuietHours
from tests.kit.waiting import eventually
from tests.services.notifier.floor import Floor, open_floor


@pytest.fixture
async def patient(tmp_path: Path) -> AsyncIterator[Floor]:
    """All that a test says at once is said before anybody looks."""
    async with open_floor(tmp_path, missed_after_s=3.0) as made:
        yield made


@pytest.fixture
async def floor(tmp_path: Path) -> AsyncIterator[Floor]:
    async with open_floor(tmp_path) as made:
        yield made


async def test_one_mail_tells_all_that_was_missed(patient: Floor) -> None:
    group = await patient.group("ada", "linus")
    await patient.come("grace", "linus", "barbara")
    for _ in range(3):
        await patient.send("grace", "ada")
    await patient.send("linus", group, "the text is nobody's business")
    await patient.send("barbara", group)
    await patient.mailed("ada")
    text = patient.text_to("ada")
    assert "- Grace: 3 messages\n" in text
    assert "- Tea: 2 messages from Barbara and Linus\n" in text
    assert "business" not in text
    assert patient.settings.public_url in text
    (mail,) = patient.mails.taken
    assert mail.message["Subject"] == "You have new messages in Parley"
    assert f'<li><a href="{patient.settings.public_url}/c/{group}">Tea: 2 messages' in mail.part("html")


async def test_what_was_mailed_is_not_mailed_again(patient: Floor) -> None:
    await patient.send("grace", "ada")
    await patient.mailed("ada")
    await patient.send("grace", "ada")
    await patient.send("grace", "ada")
    await patient.mailed("ada", "ada")
    assert "Grace: 2 messages" in patient.mails.taken[1].part("plain")
    assert patient.mails.taken[0].message["Message-ID"] != patient.mails.taken[1].message["Message-ID"]


async def test_who_is_here_gets_none(floor: Floor) -> None:
    group = await floor.group("ada", "grace", "linus")
    await floor.come("ada", "grace")
    await floor.send("grace", group)
    await floor.mailed("linus", "barbara")


async def test_who_came_meanwhile_gets_none(tmp_path: Path) -> None:
    """Somebody who was away when it was looked, and is here when it is due."""
    async with open_floor(tmp_path, missed_every_s=2.0) as floor:
        await floor.send("grace", "ada")
        await floor.mailed("ada")
        await floor.send("grace", "ada")
        await floor.waits("ada", 0.5)
        await floor.come("ada")
        await floor.mailed("ada")


async def test_who_left_a_moment_ago_has_the_same_while(tmp_path: Path) -> None:
    async with open_floor(tmp_path, missed_after_s=2.0) as floor:
        await floor.come("ada")
        before = datetime.now(UTC)
        await floor.send("grace", "ada")
        await floor.go("ada")
        await floor.mailed("ada")
        assert datetime.now(UTC) - before >= timedelta(seconds=2)


async def test_one_mail_in_so_long(tmp_path: Path) -> None:
    async with open_floor(tmp_path, missed_every_s=3600.0) as floor:
        await floor.send("grace", "ada")
        await eventually(floor.recipients, 20.0)
        await floor.send("linus", "ada")
        waiting = await floor.waits("ada")
        assert floor.recipients() == ["ada"]
        assert timedelta(seconds=3590) < waiting["due_at"] - waiting["sent_at"] <= timedelta(seconds=3600)


async def test_what_was_read_or_deleted_meanwhile_is_not_mailed(tmp_path: Path) -> None:
    async with open_floor(tmp_path, missed_after_s=3.0) as floor:
        await floor.read("ada", await floor.send("grace", "ada"))
        gone = await floor.send("linus", "ada")
        await floor.ask("linus", "message.delete", DeleteMessage(conversation_id=gone.conversation_id, seq=gone.seq))
        await floor.mailed()


async def test_some_are_never_mailed(floor: Floor) -> None:
    group = await floor.group("ada", "grace", "linus")
    floor.auth.change("ada", email=None)
    floor.auth.change("grace", disabled=True)
    await floor.come("barbara")
    await floor.send("barbara", group)
    await floor.mailed("linus")


async def test_a_bot_is_not_mailed(floor: Floor) -> None:
    """It has no presence, so it is always away."""
    group = await floor.group("ada", "linus")
    floor.auth.change("ada", kind="service")
    await floor.come("barbara")
    await floor.send("barbara", group)
    await floor.mailed("linus")


async def test_who_was_removed_meanwhile_gets_none(tmp_path: Path) -> None:
    async with open_floor(tmp_path, missed_after_s=3.0) as floor:
        await floor.come("barbara")
        group = await floor.group("ada", "linus")
        await floor.send("barbara", group)
        await floor.ask("barbara", "group.update", UpdateGroup(conversation_id=group, member_ids=["linus"]), "user")
        await floor.mailed("linus")


async def test_people_choose(floor: Floor) -> None:
    group = await floor.group("ada", "grace", "linus")
    await floor.come("barbara")
    await floor.wish("ada", mail=False)
    await floor.wish("grace", conversations=[OfConversation(conversation_id=group, mail="nothing")])
    await floor.ask("linus", "conversation.update", UpdateConversation(conversation_id=group, muted=True))
    await floor.send("barbara", group)
    await floor.mailed()
    await floor.send("barbara", "grace")
    await floor.mailed("grace")


async def test_it_waits_for_the_end_of_quiet_hours(floor: Floor) -> None:
    now = datetime.now(UTC)
    quiet = QuietHours(
        on=True, begin=f"{now - timedelta(hours=2):%H:%M}", end=f"{now + timedelta(hours=2):%H:%M}", time_zone="UTC"
    )
    await floor.wish("ada", quiet_hours=quiet)
    await floor.send("grace", "ada")
    waiting = await floor.waits("ada")
    assert timedelta(minutes=110) < waiting["due_at"] - now <= timedelta(hours=2)
    assert floor.mails.taken == []
    await floor.wish("ada", quiet_hours=QuietHours(on=False, begin="20:00", end="08:00", time_zone="UTC"))
    await floor.mailed("ada")


async def test_who_is_not_to_be_disturbed_is_not(floor: Floor) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    for who, end in (("ada", rfc3339(until)), ("linus", None)):
        await floor.come(who)
        await floor.choose(who, "do_not_disturb", end)
        await floor.go(who)
        await floor.send("grace", who)
    waiting = await floor.waits("ada")
    assert abs(waiting["due_at"] - until) < timedelta(seconds=1)
    assert floor.mails.taken == []


async def test_in_their_language_with_the_texts_where_a_setting_allows(tmp_path: Path) -> None:
    async with open_floor(tmp_path, missed_text=True, missed_language="it") as floor:
        floor.auth.change("grace", name="Grace\r\nBcc: eve@example.org")
        await floor.wish("linus", language="en")
        await floor.come("grace")
        for who in ("ada", "linus"):
            await floor.send("grace", who, "call <b>them</b>\r\n.\r\nback")
        await floor.mailed("ada", "linus")
        for mail in floor.mails.taken:
            assert mail.message["Bcc"] is None
            assert mail.message.keys().count("To") == 1
            assert "Grace Bcc: eve@example.org: call <b>them</b> . back" in mail.part("plain")
            assert "call &lt;b&gt;them&lt;/b&gt; . back" in mail.part("html")
        assert "mentre non c’eri" in floor.text_to("ada")
        assert "while you were away" in floor.text_to("linus")


async def test_a_large_group_costs_one_write_while_its_people_are_here(floor: Floor) -> None:
    people = [f"extra_{number}" for number in range(450)]
    group = await floor.group(*people)
    for start in range(0, len(people), 400):
        await floor.come(*people[start : start + 400])
    await eventually(lambda: _is_quiet(floor), 20.0, what="everyone is told that they were added")
    await floor.come("barbara")
    before = await _writes(floor)
    for _ in range(20):
        await floor.send("barbara", group)
    await floor.mailed()
    written = await _writes(floor) - before
    assert written < 400, "one write for each of its people would be more"
    assert await floor.database["missed_mails"].count_documents({}) == 0


async def _is_quiet(floor: Floor) -> bool:
    untold = {"outbox.0": {"$exists": True}}
    left = [await floor.database[name].count_documents(untold) for name in ("notices", "memberships", "conversations")]
    return not any(left) and await floor.database["notices"].count_documents({}) == 450


async def _writes(floor: Floor) -> int:
    status: dict[str, Any] = await floor.database.client.admin.command("serverStatus")
    counts = status["opcounters"]
    return int(counts["insert"] + counts["update"] + counts["delete"])
