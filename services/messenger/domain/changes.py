"""A change of a group, in one piece: claimed at a version, kept in the group until it is done, so that anybody can finish it.

A group has one change at a time: `{at, by, fields, joining, leaving}`. First its memberships are written, then the group
with its next version and what is to be told. A group that is being created is at version 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.bus import Fact
from contracts.things import Conversation
from services.messenger.domain import conversations

Document = dict[str, Any]


def creation(member_ids: Sequence[str], by: str, at: str) -> Document:
    return _change({"member_count": len(member_ids)}, member_ids, (), by, at)


def update(group: Document, wanted: Document, now: Iterable[str], members: Iterable[str], by: str, at: str) -> Document:
    """`wanted` fields, and `members` in place of those of `now`. Without `fields`: nothing is to be changed."""
    before, after = set(now), set(members)
    joining, leaving = sorted(after - before), sorted(before - after)
    fields = {name: value for name, value in wanted.items() if group[name] != value}
    return _change(fields, joining, leaving, by, at)


def deletion(by: str, at: str) -> Document:
    return _change({"deleted_at": at}, (), (), by, at)


def after(group: Document) -> Document:
    """The group when its change is done."""
    done = {**group, **group["change"]["fields"], "version": group["version"] + 1}
    del done["change"]
    return done


def members_after(change: Mapping[str, Any], now: Iterable[str]) -> list[str]:
    """The same however many of the memberships are written already."""
    return sorted({*now, *change["joining"]} - set(change["leaving"]))


def fact_of(done: Mapping[str, Any], public: Conversation, at: str) -> Fact:
    if done.get("deleted_at"):
        return conversations.deleted(done, public, at)
    if done["version"] == 1:
        return conversations.created(done, public)
    return conversations.updated(done, public, at)


def _change(fields: Document, joining: Sequence[str], leaving: Sequence[str], by: str, at: str) -> Document:
    return {"at": at, "by": by, "fields": fields, "joining": list(joining), "leaving": list(leaving)}
