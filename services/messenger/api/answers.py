"""The asks of messenger, each with the action of its name."""

from collections.abc import Mapping

from chassis.bus import Bus, Handler


async def answer(bus: Bus, actions: Mapping[str, Handler]) -> None:
    await bus.answer(actions)
