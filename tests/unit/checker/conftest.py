"""A correct history to plant violations in."""

from __future__ import annotations

import pytest

from tests.kit.checker import check
from tests.unit.checker.world import World


@pytest.fixture
def world() -> World:
    """Ada on two devices, Grace and Linus; Grace was away in between and came back; Linus came back to a new snapshot."""
    world = World()
    for client in ("ada#1", "ada#2", "grace#1", "linus#1"):
        world.log_in(client)
    world.watch("grace#1")
    world.watch("ada#1", ["grace", "linus"])
    world.create_group("ada#1", "Floor", "grace", "linus")
    direct = world.direct("ada", "grace")
    world.quiet()
    world.send("ada#1", "Floor", "hello")
    world.send("ada#1", direct, "only you")
    world.leave("grace#1")
    world.leave("linus#1")
    world.send("linus#1", "Floor", "hello Ada", is_answer_lost=True)
    world.come_back("grace#1")
    world.come_back("linus#1", is_recovered=False)
    world.quiet()
    world.send("grace#1", "Floor", "back again")
    world.send("ada#2", "Floor", "good")
    world.read("grace#1", "Floor")
    world.quiet()
    assert check(world.history, world.answers()) == []
    return world
