"""Edits, deletions, marks and changes of a group, each told wrongly once in an otherwise correct history."""

from __future__ import annotations

from tests.kit.checker import check
from tests.kit.history import Pushed
from tests.unit.checker.planting import pushes, replace, rules, with_body, with_message
from tests.unit.checker.world import World


def edited(world: World) -> World:
    world.edit("ada#1", "Floor", "good, and edited")
    world.quiet()
    assert check(world.history, world.answers()) == []
    return world


def test_an_edit_that_one_history_lacks(world: World) -> None:
    answers = edited(world).answers()
    kept = answers.messages["Floor"]["linus"][-1]
    del kept["revision"], kept["edited_at"]
    assert "newest_revision" in rules(world, answers)


def test_an_edit_that_was_never_pushed(world: World) -> None:
    replace(edited(world).history, pushes(world.history, "linus#1", "message.edited")[0])
    assert "newest_revision" in rules(world)


def test_an_edit_that_was_told_before_an_older_one(world: World) -> None:
    edited(world)
    world.edit("ada#1", "Floor", "once more")
    world.quiet()
    first, second = pushes(world.history, "linus#1", "message.edited")
    replace(world.history, second, first)
    replace(world.history, first, second)
    assert "newest_revision" in rules(world)


def test_a_deleted_text_that_is_told_to_who_came_later(world: World) -> None:
    world.leave("grace#1")
    world.send("ada#1", "Floor", "a slip")
    world.edit("ada#1", "Floor", "")
    world.come_back("grace#1")
    world.quiet()
    assert check(world.history, world.answers()) == []
    late = pushes(world.history, "grace#1")[-1]
    replace(world.history, late, with_message(late, text="a slip"))
    assert "newest_revision" in rules(world)


def test_a_system_message_that_follows_from_nothing(world: World) -> None:
    world.regroup("ada#1", "Floor", "grace")
    world.quiet()
    assert check(world.history, world.answers()) == []
    said = pushes(world.history, "grace#1")[-1]
    replace(world.history, said, with_message(said, sender_id="grace"))
    assert "nothing_invented" in rules(world)


def test_a_mark_that_one_device_was_not_told(world: World) -> None:
    world.mark_unread("ada#1", "Floor")
    world.quiet()
    assert check(world.history, world.answers()) == []
    replace(world.history, pushes(world.history, "ada#2", "unread")[-1])
    assert "unread_right" in rules(world)


def test_a_mark_that_the_server_forgot(world: World) -> None:
    """Told to all alike, and wrong: what was acknowledged says so."""
    world.mark_unread("ada#1", "Floor")
    world.quiet()
    answers = world.answers()
    mine = answers.conversations["ada"]["Floor"]
    answers.conversations["ada"]["Floor"] = {**mine, "read_seq": mine["last_seq"], "unread": 0}
    assert "unread_right" in rules(world, answers)


def test_a_mute_that_the_other_device_was_told_wrongly(world: World) -> None:
    world.mute("ada#1", "Floor")
    world.quiet()
    assert check(world.history, world.answers()) == []
    told = pushes(world.history, "ada#2", "conversation.updated")[-1]
    replace(world.history, told, with_body(told, muted=False))
    assert rules(world) == {"snapshot_and_events"}


def test_a_newcomer_who_is_shown_what_was_before(world: World) -> None:
    world.regroup("ada#1", "Floor", "grace")
    world.quiet()
    world.regroup("ada#1", "Floor", "grace", "linus")
    world.quiet()
    assert check(world.history, world.answers()) == []
    answers = world.answers()
    answers.messages["Floor"]["linus"].insert(0, dict(world.conversations["Floor"].messages[1]))
    assert "gap_free" in rules(world, answers)


def test_a_mark_is_an_event_of_its_own(world: World) -> None:
    world.mark_unread("ada#1", "Floor")
    world.quiet()
    push = pushes(world.history, "ada#2", "conversation.read")[-1]
    assert isinstance(push, Pushed)
    replace(world.history, push, push, push)
    assert rules(world) == {"nothing_twice"}


def test_a_marker_of_another_that_goes_back(world: World) -> None:
    world.send("ada#1", "Floor", "more to read")
    world.read("grace#1", "Floor")
    world.quiet()
    assert check(world.history, world.answers()) == []
    first, second = pushes(world.history, "ada#2", "conversation.read")
    replace(world.history, second, first)
    replace(world.history, first, second)
    assert "nothing_twice" in rules(world)
