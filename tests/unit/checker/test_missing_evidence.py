"""What is not there proves nothing: each kind of evidence is taken out of a correct history, and the checker must miss it.

Once they were gone from the records of real runs, and the checker looked away.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit.answers import Answers
from tests.kit.checks.own_cursor import DURABLE
from tests.kit.history import Acknowledged, Asked, Connected, Disconnected, Left, Pushed, Quiet, Ready, Record
from tests.unit.checker.planting import pushes, replace, rules, with_body
from tests.unit.checker.world import World


def drop(world: World, is_dropped: Callable[[Record], bool]) -> None:
    world.history.records = [each for each in world.history.records if not is_dropped(each)]


def of(world: World, client: str, kind: type[Record]) -> list[Record]:
    return [each for each in world.history.records if isinstance(each, kind) and each.client == client]


def test_nobody_ever_received_anything(world: World) -> None:
    drop(world, lambda each: isinstance(each, Ready | Pushed))
    assert "everyone_live" in rules(world)


def test_nobody_was_ever_connected(world: World) -> None:
    drop(world, lambda each: isinstance(each, Ready | Pushed | Connected | Disconnected))
    assert "everyone_live" in rules(world)


def test_one_client_that_never_was_ready(world: World) -> None:
    drop(world, lambda each: each.client == "ada#2" and isinstance(each, Ready | Pushed))
    assert rules(world) == {"everyone_live"}


def test_a_client_that_was_lost_and_did_not_return(world: World) -> None:
    last = world.history.records[-1]
    replace(world.history, last, Disconnected(last.at, "ada#2", "transport error"), last)
    assert rules(world) == {"everyone_live"}


def test_a_client_that_was_away_at_a_quiet_point_in_the_middle(world: World) -> None:
    """That it is back at the next says nothing about this one."""
    middle = [each for each in world.history.records if isinstance(each, Quiet)][1]
    lost = Disconnected(middle.at, "ada#2", "transport error")
    back = Connected(middle.at, "ada#2", "gateway-1"), Ready(middle.at, "ada#2", True, "e1-9")
    replace(world.history, middle, lost, middle, *back)
    assert "everyone_live" in rules(world)


def test_a_client_that_left_need_not_be_there(world: World) -> None:
    last = world.history.records[-1]
    replace(world.history, last, Left(last.at, "ada#2"), Disconnected(last.at, "ada#2", "client disconnect"), last)
    assert rules(world) == set()


def test_a_client_that_left_without_meaning_to_is_missed(world: World) -> None:
    drop(world, lambda each: isinstance(each, Left) and each.client == "linus#1")
    back = of(world, "linus#1", Connected)[-1]
    replace(world.history, back, Quiet(back.at, ""), back)
    assert "everyone_live" in rules(world)


def test_a_client_that_was_told_to_stay_away_need_not_be_there(world: World) -> None:
    last = world.history.records[-1]
    told = Pushed(last.at, "ada#2", "session.ended", {"code": "session_ended", "message": "Log in again."})
    replace(world.history, last, told, Disconnected(last.at, "ada#2", "server disconnect"), last)
    assert rules(world) == set()


@pytest.mark.parametrize("number", [0, 1, -1])
def test_a_quiet_point_that_was_not_reached(world: World, number: int) -> None:
    quiet = [each for each in world.history.records if isinstance(each, Quiet)][number]
    replace(world.history, quiet, Quiet(quiet.at, "", is_reached=False))
    assert rules(world) == {"everyone_live"}


def test_no_push_has_a_cursor(world: World) -> None:
    for each in [each for each in world.history.records if isinstance(each, Pushed) and "cursor" in each.body]:
        body = {key: value for key, value in each.body.items() if key != "cursor"}
        replace(world.history, each, Pushed(each.at, each.client, each.name, body))
    assert rules(world) == {"own_cursor"}


@pytest.mark.parametrize("name", sorted(DURABLE & {"message.sent", "conversation.read", "group.created"}))
def test_one_push_has_no_cursor(world: World, name: str) -> None:
    push = pushes(world.history, "ada#1", name)[0]
    replace(world.history, push, with_body(push, cursor=None))
    assert rules(world) == {"own_cursor"}


def test_a_ready_has_no_cursor(world: World) -> None:
    ready = of(world, "ada#1", Ready)[0]
    assert isinstance(ready, Ready)
    replace(world.history, ready, Ready(ready.at, ready.client, ready.recovered, None, ready.snapshot))
    assert rules(world) == {"own_cursor"}


def test_all_cursors_are_equal(world: World) -> None:
    for each in [each for each in world.history.records if isinstance(each, Pushed) and "cursor" in each.body]:
        replace(world.history, each, with_body(each, cursor="e1-1"))
    assert "own_cursor" in rules(world)


def test_two_events_with_one_cursor(world: World) -> None:
    one, other = pushes(world.history, "linus#1")[-2:]
    replace(world.history, other, with_body(other, cursor=one.body["cursor"]))
    assert rules(world) == {"own_cursor"}


def test_a_cursor_that_goes_back(world: World) -> None:
    """To a place that no other client ever saw."""
    last = pushes(world.history, "linus#1")[-1]
    replace(world.history, last, with_body(last, cursor="e1-0"))
    assert "stream_order" in rules(world)


def test_a_ready_whose_cursor_goes_back(world: World) -> None:
    """Linus's last `ready` would have him return to before what he has."""
    last = pushes(world.history, "grace#1")[-1]
    replace(world.history, last, last, Ready(last.at, "grace#1", True, "e1-1"))
    assert "stream_order" in rules(world)


@pytest.mark.parametrize("watcher", ["grace#1", "ada#1"])
def test_no_presence_was_ever_pushed(world: World, watcher: str) -> None:
    drop(world, lambda each: isinstance(each, Pushed) and (each.client, each.name) == (watcher, "presence"))
    assert "presence_converged" in rules(world)


def test_one_watched_person_was_never_pushed(world: World) -> None:
    for push in pushes(world.history, "ada#1", "presence"):
        people = [person for person in push.body["people"] if person["user_id"] != "linus"]
        replace(world.history, push, with_body(push, people=people))
    assert rules(world) == {"presence_converged"}


def test_a_watch_that_was_never_answered(world: World) -> None:
    asked = [each for each in world.history.records if isinstance(each, Asked) and each.name == "presence.watch"]
    numbers = {each.ask for each in asked if each.client == "ada#1"}
    drop(world, lambda each: isinstance(each, Acknowledged) and each.ask in numbers)
    assert rules(world) == {"presence_converged"}


def test_a_watch_that_ended_with_the_connection(world: World) -> None:
    """Grace watched, was away, and on return never asked, or was refused."""
    asked = [each for each in world.history.records if isinstance(each, Asked) and each.name == "presence.watch"]
    number = [each.ask for each in asked if each.client == "grace#1"][-1]
    drop(world, lambda each: isinstance(each, Asked | Acknowledged) and each.ask == number)
    assert rules(world) == {"presence_converged"}


def test_the_fresh_presence_is_empty(world: World) -> None:
    answers = world.answers()
    answers.presence.clear()
    assert rules(world, answers) == {"presence_converged"}


@pytest.mark.parametrize("user_id", ["grace", "linus"])
def test_the_fresh_presence_leaves_out_someone_who_is_watched(world: World, user_id: str) -> None:
    answers = world.answers()
    del answers.presence[user_id]
    assert rules(world, answers) == {"presence_converged"}


@pytest.mark.parametrize("client", ["ada#1", "ada#2", "grace#1", "linus#1"])
def test_a_group_that_was_never_told_before_its_first_message(world: World, client: str) -> None:
    drop(world, lambda each: isinstance(each, Pushed) and (each.client, each.name) == (client, "group.created"))
    assert "told_of_groups" in rules(world)


def test_a_group_without_a_message_that_was_never_told(world: World) -> None:
    """A later snapshot has it: only the quiet point in between shows that it was missing."""
    world.create_group("ada#1", "Shift", "linus")
    world.quiet()
    told = pushes(world.history, "linus#1", "group.created")[-1]
    world.leave("linus#1")
    world.come_back("linus#1", is_recovered=False)
    world.quiet()
    assert rules(world) == set()
    replace(world.history, told)
    assert rules(world) == {"told_of_groups"}


def test_a_group_that_was_told_after_its_first_message(world: World) -> None:
    created, first = pushes(world.history, "ada#2", "group.created")[0], pushes(world.history, "ada#2")[0]
    replace(world.history, created)
    replace(world.history, first, first, created)
    assert "told_of_groups" in rules(world)


def test_a_group_that_came_back_without_a_word(world: World) -> None:
    """Linus was removed and added again; the second is pushed to nobody, and messages go on."""
    message = pushes(world.history, "linus#1")[-1]
    group = {"conversation": {"conversation_id": "Floor"}, "cursor": "e1-0"}
    replace(world.history, message, Pushed(message.at, "linus#1", "group.deleted", group), message)
    assert "told_of_groups" in rules(world)


def test_a_group_of_which_the_catch_up_said_nothing(world: World) -> None:
    """Made while Grace was away; her resume said `recovered: true`."""
    world.leave("grace#1")
    world.create_group("ada#1", "Shift", "grace")
    world.send("ada#1", "Shift", "new shift")
    world.come_back("grace#1")
    world.quiet()
    assert rules(world) == set()
    push = pushes(world.history, "grace#1", "group.created")[-1]
    replace(world.history, push)
    assert "told_of_groups" in rules(world)


def test_a_group_that_the_snapshot_has_needs_no_telling(world: World) -> None:
    world.leave("grace#1")
    world.create_group("ada#1", "Shift", "grace")
    world.come_back("grace#1", is_recovered=False)
    world.send("ada#1", "Shift", "new shift")
    world.quiet()
    assert rules(world) == set()


def test_answers_of_another_run_prove_nothing(world: World) -> None:
    assert rules(world, Answers()) != set()


def test_everyone_is_told_alike_that_a_live_person_is_offline(world: World) -> None:
    answers = world.answers()
    answers.add_presence([{"user_id": "linus", "status": "offline"}])
    for each in [each for each in world.history.records if isinstance(each, Pushed) and each.name == "presence"]:
        people = [{**one, "status": "offline"} if one["user_id"] == "linus" else one for one in each.body["people"]]
        replace(world.history, each, with_body(each, people=people))
    assert rules(world, answers) == {"presence_converged"}


def test_a_reader_who_never_saw_their_marker_move(world: World) -> None:
    """The count that follows from it was pushed, so nothing else shows it."""
    mine = next(
        each for each in pushes(world.history, "grace#1", "conversation.read") if each.body["user_id"] == "grace"
    )
    replace(world.history, mine)
    assert rules(world) == {"read_your_marker"}


def test_a_reader_who_saw_their_marker_elsewhere(world: World) -> None:
    mine = next(
        each for each in pushes(world.history, "grace#1", "conversation.read") if each.body["user_id"] == "grace"
    )
    replace(world.history, mine, with_body(mine, seq=mine.body["seq"] - 1))
    assert "read_your_marker" in rules(world)
