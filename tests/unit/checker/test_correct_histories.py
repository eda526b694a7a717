"""The checker finds nothing where nothing is wrong, whatever people do and however far clients are behind."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.kit.checker import check
from tests.kit.history import Disconnected, Pushed, read_history
from tests.unit.checker.world import World

CLIENTS = ("ada#1", "ada#2", "grace#1", "linus#1")

Step = tuple[str, str, str]
STEP_NAMES = (
    *("send", "send", "send", "resend", "read", "arrive", "leave", "lose", "come back", "come back anew", "quiet"),
    *("edit", "delete", "mark unread", "mute", "regroup"),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(STEP_NAMES),
        st.sampled_from(CLIENTS),
        st.sampled_from(["Floor", "ada-grace", "ada-linus", "grace-linus"]),
    ),
    max_size=60,
)


def play(steps: list[Step]) -> World:
    world = World()
    for client in CLIENTS:
        world.log_in(client)
    world.watch("grace#1")
    world.watch("ada#1", ["grace", "linus"])
    world.create_group("ada#1", "Floor", "grace", "linus")
    for each in ("ada-grace", "ada-linus", "grace-linus"):
        world.direct(*each.split("-"))
    for number, (step, client, conversation_id) in enumerate(steps):
        device = world.devices[client]
        is_member = device.user_id in world.conversations[conversation_id].members
        match step:
            case "send" | "resend" if device.is_connected and is_member:
                world.send(client, conversation_id, f"text {number} \N{SNOWMAN}", is_answer_lost=step == "resend")
            case "read" if device.is_connected and is_member and world.conversations[conversation_id].messages:
                world.read(client, conversation_id)
            case "edit" | "delete" if device.is_connected and world.conversations[conversation_id].messages:
                world.edit(client, conversation_id, f"text {number} anew" if step == "edit" else "")
            case "mark unread" if device.is_connected and is_member and world.conversations[conversation_id].messages:
                world.mark_unread(client, conversation_id)
            case "mute" if device.is_connected and conversation_id in world.listed(device.user_id):
                world.mute(client, conversation_id)
            case "regroup" if device.is_connected and device.user_id == "ada":
                world.regroup(client, "Floor", *("grace", "linus")[: number % 3])
            case "arrive" if device.is_connected:
                world.arrive(client, 2)
            case "leave" if device.is_connected:
                world.leave(client)
            case "lose" if device.is_connected:
                world.lose(client)
            case "come back" | "come back anew" if not device.is_connected:
                world.come_back(client, is_recovered=step == "come back")
            case "quiet":
                world.quiet()
    world.quiet()
    return world


@given(STEPS)
def test_a_correct_history_has_no_violation(steps: list[Step]) -> None:
    world = play(steps)
    assert check(world.history, world.answers()) == []


@given(STEPS, st.data())
def test_any_push_to_a_live_client_that_goes_missing_is_found(steps: list[Step], data: st.DataObject) -> None:
    # what somebody was told before they were removed is nobody's any more
    steps = [step for step in steps if step[0] != "regroup"]
    world = play([*steps, ("come back", "linus#1", "Floor"), ("send", "linus#1", "Floor"), ("quiet", "ada#1", "Floor")])
    records = world.history.records
    gone = {each.client for each in records if isinstance(each, Disconnected)}
    pushes = [
        each for each in records if isinstance(each, Pushed) and each.name == "message.sent" and each.client not in gone
    ]
    if pushes:
        records.remove(data.draw(st.sampled_from(pushes)))
        assert "nothing_lost" in {violation.rule for violation in check(world.history, world.answers())}


def test_who_is_refused_to_watch_others_watches_as_before() -> None:
    """The refused ask was taken for one that nothing was pushed for."""
    world = play([])
    ask = world.history.asked("grace#1", "presence.watch", {"user_ids": ["a.b"]})
    world.history.acknowledged("grace#1", ask, False, {"code": "invalid", "message": "Watch ids of people."})
    world.quiet()
    assert check(world.history, world.answers()) == []


def test_a_dumped_history_is_judged_like_the_first(tmp_path: Path) -> None:
    world = play([("send", "ada#1", "Floor"), ("leave", "grace#1", "Floor"), ("read", "linus#1", "Floor")])
    world.history.dump(tmp_path / "history.jsonl")
    again = read_history(tmp_path / "history.jsonl")
    assert again.records == world.history.records
    assert check(again, world.answers()) == []


def test_a_history_without_a_quiet_point_proves_nothing() -> None:
    world = World()
    world.log_in("ada#1")
    assert [violation.rule for violation in check(world.history, world.answers())] == ["checker"]
