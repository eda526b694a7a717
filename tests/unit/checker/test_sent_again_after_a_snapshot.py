"""A message whose acknowledgement was lost with the connection, and sent again on a fresh start: the snapshot has it."""

from tests.kit.checker import check
from tests.unit.checker.world import World


def test_what_the_snapshot_has_is_owed_to_nobody() -> None:
    world = World()
    world.log_in("ada#1")
    world.log_in("grace#1")
    world.create_group("ada#1", "Floor", "grace")
    world.arrive("ada#1", 9)
    world.arrive("grace#1", 9)
    world.send("grace#1", "Floor", "first")
    again = world.conversations["Floor"].messages[-1]
    world.lose("grace#1")
    world.come_back("grace#1", is_recovered=False)
    fields = {"to": {"conversation_id": "Floor"}, "client_message_id": again["client_message_id"], "text": "first"}
    ask = world.history.asked("grace#1", "message.send", fields)
    world.history.acknowledged("grace#1", ask, True, {"message": dict(again)})
    world.quiet()
    assert check(world.history, world.answers()) == []
