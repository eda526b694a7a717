"""What changes one thing in a history, and what the checker then says."""

from __future__ import annotations

from typing import Any

from tests.kit.answers import Answers
from tests.kit.checker import check
from tests.kit.history import History, Pushed, Record
from tests.unit.checker.world import World


def rules(world: World, answers: Answers | None = None) -> set[str]:
    return {violation.rule for violation in check(world.history, answers or world.answers())}


def pushes(history: History, client: str, name: str = "message.sent") -> list[Pushed]:
    return [each for each in history.records if isinstance(each, Pushed) and (each.client, each.name) == (client, name)]


def replace(history: History, old: Record, *new: Record) -> None:
    place = next(place for place, each in enumerate(history.records) if each is old)
    history.records[place : place + 1] = new


def with_message(push: Pushed, **changes: Any) -> Pushed:
    body = {**push.body, "message": {**push.body["message"], **changes}}
    return Pushed(push.at, push.client, push.name, body)


def with_body(push: Pushed, **changes: Any) -> Pushed:
    return Pushed(push.at, push.client, push.name, {**push.body, **changes})
