"""Each promise is broken once in an otherwise correct history, and the checker must say which."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kit.history import Acknowledged, Body, Disconnected, Pushed, Quiet, Ready
from tests.unit.checker.planting import pushes, replace, rules, with_body, with_message
from tests.unit.checker.world import World


@pytest.mark.parametrize("client", ["ada#1", "ada#2", "grace#1", "linus#1"])
def test_a_push_that_never_came(world: World, client: str) -> None:
    replace(world.history, pushes(world.history, client)[-1])
    assert "nothing_lost" in rules(world)


def test_a_push_that_the_catch_up_left_out(world: World) -> None:
    """Grace was away when Linus wrote; her resume said `recovered: true`."""
    missed = next(each for each in pushes(world.history, "grace#1") if each.body["message"]["sender_id"] == "linus")
    replace(world.history, missed)
    assert rules(world) == {"nothing_lost"}


def test_a_push_that_came_after_the_quiet_point(world: World) -> None:
    late = pushes(world.history, "ada#1")[0]
    replace(world.history, late)
    middle = [each for each in world.history.records if isinstance(each, Quiet)][1]
    replace(world.history, middle, middle, late)
    assert "nothing_lost" in rules(world)


def drop_last(messages: list[Body]) -> None:
    messages.pop()


def drop_first(messages: list[Body]) -> None:
    del messages[0]


def swap(messages: list[Body]) -> None:
    messages[0], messages[1] = messages[1], messages[0]


def rewrite(messages: list[Body]) -> None:
    messages[0] = {**messages[0], "text": messages[0]["text"] + " "}


def renumber(messages: list[Body]) -> None:
    messages[-1] = {**messages[-1], "seq": messages[-1]["seq"] + 1}


def store_twice(messages: list[Body]) -> None:
    messages.append({**messages[-1], "seq": messages[-1]["seq"] + 1, "message_id": "another"})


def give_another(messages: list[Body]) -> None:
    messages[0] = {**messages[0], "message_id": "another"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (drop_last, "nothing_lost"),
        (drop_first, "nothing_lost"),
        (drop_first, "gap_free"),
        (drop_last, "gap_free"),
        (swap, "gap_free"),
        (renumber, "gap_free"),
        (rewrite, "nothing_lost"),
        (rewrite, "same_for_all"),
        (give_another, "nothing_lost"),
        (give_another, "same_for_all"),
        (store_twice, "nothing_twice"),
    ],
)
def test_one_readers_history_is_wrong(world: World, change: Callable[[list[Body]], None], rule: str) -> None:
    answers = world.answers()
    change(answers.messages["Floor"]["linus"])
    assert rule in rules(world, answers)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (drop_last, "nothing_lost"),
        (drop_first, "gap_free"),
        (rewrite, "nothing_lost"),
        (store_twice, "nothing_twice"),
    ],
)
def test_every_readers_history_is_wrong_alike(world: World, change: Callable[[list[Body]], None], rule: str) -> None:
    answers = world.answers()
    for messages in answers.messages["Floor"].values():
        change(messages)
    assert rule in rules(world, answers)


def test_a_conversation_nobody_read_is_not_proven(world: World) -> None:
    answers = world.answers()
    del answers.messages["ada-grace"]
    assert rules(world, answers) == {"nothing_lost"}


def test_a_push_that_came_twice(world: World) -> None:
    push = pushes(world.history, "ada#1")[0]
    replace(world.history, push, push, push)
    assert rules(world) == {"nothing_twice"}


def test_another_event_that_came_twice(world: World) -> None:
    push = pushes(world.history, "ada#2", "group.created")[0]
    replace(world.history, push, push, push)
    assert rules(world) == {"nothing_twice"}


def test_a_push_that_came_again_after_a_resume(world: World) -> None:
    back = next(each for each in world.history.records if isinstance(each, Ready) and each.recovered)
    replace(world.history, back, pushes(world.history, "grace#1")[0], back)
    assert "nothing_twice" in rules(world)


def test_a_push_may_come_again_after_a_new_snapshot(world: World) -> None:
    """Linus was told to forget what he knew; what he is told then counts anew."""
    anew = [each for each in world.history.records if isinstance(each, Ready) and each.client == "linus#1"][-1]
    before = next(each for each in world.history.records if isinstance(each, Disconnected) and each.client == "linus#1")
    first = next(each for each in pushes(world.history, "ada#1"))
    mine = Pushed(first.at, "linus#1", first.name, first.body)
    replace(world.history, before, mine, before)
    replace(world.history, anew, anew, mine)
    assert "nothing_twice" not in rules(world)


def test_a_message_with_two_seqs(world: World) -> None:
    """The answer to the repeated ask gives another number than the push of the first."""
    repeated = [each for each in world.history.records if isinstance(each, Acknowledged) and each.client == "linus#1"][
        -1
    ]
    message = {**repeated.body["message"], "seq": 9}
    replace(
        world.history, repeated, Acknowledged(repeated.at, repeated.client, repeated.ask, True, {"message": message})
    )
    assert {"nothing_twice", "nothing_lost"} <= rules(world)


def test_two_pushes_in_another_order_on_one_connection(world: World) -> None:
    one, other = pushes(world.history, "ada#1")[-2:]
    replace(world.history, one, other)
    place = next(place for place, each in reversed(list(enumerate(world.history.records))) if each is other)
    world.history.records[place] = one
    assert rules(world) == {"stream_order"}


def test_two_clients_that_disagree_about_the_order_of_opaque_cursors(world: World) -> None:
    for place, each in enumerate(world.history.records):
        if isinstance(each, Pushed) and "cursor" in each.body:
            world.history.records[place] = with_body(each, cursor=each.body["cursor"] + "x")
    assert rules(world) == set()
    test_two_pushes_in_another_order_on_one_connection(world)


def test_a_push_of_another_message_under_the_same_seq(world: World) -> None:
    push = pushes(world.history, "linus#1")[-1]
    replace(world.history, push, with_message(push, message_id="another"))
    assert rules(world) == {"same_for_all"}


def test_a_push_with_another_text(world: World) -> None:
    push = pushes(world.history, "linus#1")[-1]
    replace(world.history, push, with_message(push, text="bad"))
    assert rules(world) == {"same_for_all", "nothing_invented", "snapshot_and_events"}


def test_a_text_that_changed_for_everyone(world: World) -> None:
    """Stored, pushed and answered alike, and still not what was sent."""
    for place, each in enumerate(world.history.records):
        if isinstance(each, Pushed) and each.name == "message.sent":
            world.history.records[place] = with_message(each, text=each.body["message"]["text"].upper())
    answers = world.answers()
    for readers in answers.messages.values():
        for messages in readers.values():
            messages[:] = [{**each, "text": each["text"].upper()} for each in messages]
    assert {"nothing_lost", "nothing_invented"} <= rules(world, answers)


def test_a_message_nobody_sent(world: World) -> None:
    push = pushes(world.history, "linus#1")[-1]
    forged = with_message(push, seq=99, client_message_id="forged")
    replace(world.history, push, push, forged)
    assert "nothing_invented" in rules(world)


def test_a_refusal_that_the_contract_does_not_say(world: World) -> None:
    ask = world.history.asked("ada#1", "conversation.get", {"conversation_id": "Floor"})
    world.history.acknowledged("ada#1", ask, False, {"code": "writing_disabled", "message": "Only listening here."})
    assert rules(world) == {"declared_refusals"}


def test_a_refused_message_that_is_there(world: World) -> None:
    place, acknowledged = next(
        (place, each)
        for place, each in reversed(list(enumerate(world.history.records)))
        if isinstance(each, Acknowledged) and "message" in each.body
    )
    refusal = {"code": "writing_disabled", "message": "Only listening here."}
    world.history.records[place] = Acknowledged(acknowledged.at, acknowledged.client, acknowledged.ask, False, refusal)
    assert rules(world) == {"nothing_invented"}


def test_an_unavailable_message_may_be_there(world: World) -> None:
    place, acknowledged = next(
        (place, each)
        for place, each in reversed(list(enumerate(world.history.records)))
        if isinstance(each, Acknowledged) and "message" in each.body
    )
    refusal = {"code": "unavailable", "message": "Try again."}
    world.history.records[place] = Acknowledged(acknowledged.at, acknowledged.client, acknowledged.ask, False, refusal)
    assert rules(world) == set()


def test_a_sender_who_never_saw_the_message(world: World) -> None:
    mine = next(each for each in pushes(world.history, "ada#2") if each.body["message"]["text"] == "good")
    replace(world.history, mine)
    assert "read_your_ack" in rules(world)


def test_a_sender_who_saw_another_seq(world: World) -> None:
    mine = next(each for each in pushes(world.history, "ada#2") if each.body["message"]["text"] == "good")
    replace(world.history, mine, with_message(mine, seq=17))
    assert "read_your_ack" in rules(world)


def test_a_push_to_someone_who_is_no_member(world: World) -> None:
    whisper = next(each for each in pushes(world.history, "ada#1") if each.body["message"]["text"] == "only you")
    replace(world.history, whisper, whisper, Pushed(whisper.at, "linus#1", whisper.name, whisper.body))
    assert "members_only" in rules(world)


def test_a_push_to_someone_who_was_told_that_they_left(world: World) -> None:
    push = pushes(world.history, "linus#1")[-1]
    told = Pushed(
        push.at, "linus#1", "group.deleted", {"conversation": {"conversation_id": "Floor"}, "reason": "removed"}
    )
    replace(world.history, push, told, push)
    assert "members_only" in rules(world)


def test_an_unread_count_that_is_wrong_at_the_end(world: World) -> None:
    last = pushes(world.history, "linus#1", "unread")[-1]
    parts = [{**each, "unread": each["unread"] + 1} for each in last.body["conversations"]]
    replace(world.history, last, with_body(last, conversations=parts, total=last.body["total"] + 1))
    assert rules(world) == {"unread_right"}


def test_an_unread_count_that_is_wrong_in_the_middle(world: World) -> None:
    """The first push of Ada's unread is wrong, a later one right: only the earlier quiet point shows it."""
    first = pushes(world.history, "ada#1", "unread")[0]
    parts = [{**each, "unread": each["unread"] + 1} for each in first.body["conversations"]]
    replace(world.history, first, with_body(first, conversations=parts, total=first.body["total"] + 1))
    assert rules(world) == {"unread_right"}


def test_a_total_that_is_not_the_sum(world: World) -> None:
    last = pushes(world.history, "linus#1", "unread")[-1]
    replace(world.history, last, with_body(last, total=last.body["total"] + 1))
    assert rules(world) == {"unread_right"}


def test_an_unread_push_that_only_one_device_got(world: World) -> None:
    replace(world.history, pushes(world.history, "ada#2", "unread")[-1])
    assert "unread_right" in rules(world)


def test_a_marker_the_server_lost(world: World) -> None:
    """Grace read everything; the server says she did not, and pushed the same wrong count."""
    answers = world.answers()
    listed = answers.conversations["grace"]["Floor"]
    answers.conversations["grace"]["Floor"] = {**listed, "read_seq": listed["read_seq"] - 1, "unread": 1}
    assert "unread_right" in rules(world, answers)


def test_presence_that_stayed_behind(world: World) -> None:
    answers = world.answers()
    answers.add_presence([{"user_id": "linus", "status": "away"}])
    assert rules(world, answers) == {"presence_converged"}


def test_a_snapshot_that_forgot_a_conversation(world: World) -> None:
    anew = [each for each in world.history.records if isinstance(each, Ready) and each.client == "linus#1"][-1]
    empty = {"conversations": [], "unread": {"total": 0, "conversations": []}}
    replace(world.history, anew, Ready(anew.at, anew.client, False, anew.cursor, empty))
    assert "nothing_lost" in rules(world)


def test_a_snapshot_from_another_time(world: World) -> None:
    """Taken before the position it is given with: what lies between is in neither."""
    anew = [each for each in world.history.records if isinstance(each, Ready) and each.client == "linus#1"][-1]
    assert anew.snapshot is not None
    stale = [{**each, "member_count": 2} for each in anew.snapshot["conversations"]]
    replace(
        world.history, anew, Ready(anew.at, anew.client, False, anew.cursor, {**anew.snapshot, "conversations": stale})
    )
    assert rules(world) == {"snapshot_and_events"}


def test_a_new_start_without_a_snapshot(world: World) -> None:
    anew = [each for each in world.history.records if isinstance(each, Ready) and each.client == "linus#1"][-1]
    replace(world.history, anew, Ready(anew.at, anew.client, False, anew.cursor))
    assert "snapshot_and_events" in rules(world)


def test_a_group_push_that_never_came(world: World) -> None:
    answers = world.answers()
    answers.conversations["linus"]["Floor"] = {**answers.conversations["linus"]["Floor"], "name": "Ceiling"}
    assert rules(world, answers) == {"snapshot_and_events"}
