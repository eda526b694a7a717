"""Who was shown to whom as what, out of the pushes of presence."""

from collections.abc import Collection
from functools import partial

from tests.kit.history import History, Pushed
from tests.kit.line import Returns
from tests.kit.person import Person

NEVER = Returns(first_s=3600.0)
"""A client that stays away once its connection is lost."""


async def until_seen(watchers: Collection[Person], people: Collection[Person], status: str, within_s: float) -> None:
    """Until each of the watchers was last told this status of each of the people."""
    for watcher in watchers:
        await watcher.eventually(
            partial(_sees, watcher, people, status),
            within_s,
            what=f"{watcher.login} sees {', '.join(one.login for one in people)} {status}",
        )


def _sees(watcher: Person, people: Collection[Person], status: str) -> bool:
    told = seen(watcher)
    return all(told.get(one.user_id) == status for one in people)


def seen(watcher: Person) -> dict[str, str]:
    """By user id, what this watcher was last told."""
    pushes = watcher.pushes("presence")
    return {person["user_id"]: person["status"] for push in pushes for person in push["people"]}


def told_offline(history: History, people: Collection[Person], since: float) -> list[float]:
    """When anyone was told that one of these people is offline."""
    user_ids = {one.user_id for one in people}
    return [
        record.at
        for record in history.records
        if isinstance(record, Pushed) and record.name == "presence" and record.at >= since
        for person in record.body["people"]
        if person["user_id"] in user_ids and person["status"] == "offline"
    ]
