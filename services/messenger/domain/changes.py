"""A change of a group, in one piece: claimed at a version, kept in the group until it is done, so that anybody can finish it.

A group has one change at a time: `{at, by, fields, joining, leaving}`. First a system message says it in the group, then the
memberships are written, then the group with its next version and what is to be told. A group that is being created is at
version 0; its creation and its end are no messages.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chassis.bus import Fact
from contracts.limits import MEMBERS_LISTED_MAX
from contracts.things import Conversation, GroupChange
from services.messenger.domain import conversations

Document = dict[str, Any]


def creation(member_ids: Sequence[str], by: str, at: str) -> Document:
    return _change({"member_count": len(member_ids)}, member_ids, (), by, at)


def update(group: Document, wanted: Document, now: Iterable[str], members: Iterable[str], by: str, at: str) -> Document:
    """`wanted` fields, and `members` in place of those of `now`. Without `fields`: nothing is to be changed."""
    before, after = set(now), set(members)
    joining, leaving = sorted(after - before), sorted(before - after)
    was = {"history": conversations.JOINED, **group}
    fields = {name: value for name, value in wanted.items() if was[name] != value}
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


def fact_of(done: Mapping[str, Any], public: Conversation, by: str, at: str) -> Fact:
    if done.get("deleted_at"):
        return conversations.deleted(public, by, at)
    if done["version"] == 1:
        return conversations.created(public, by, done["created_at"])
    return conversations.updated(public, by, at)


def said_of(group: Mapping[str, Any]) -> GroupChange | None:
    """What the system message of the group's change says; None where there is none."""
    change = group["change"]
    fields, joining, leaving = change["fields"], change["joining"], change["leaving"]
    if group["version"] == 0 or fields.get("deleted_at"):
        return None
    said = GroupChange(
        name=fields.get("name"),
        writing_enabled=fields.get("writing_enabled"),
        history=fields.get("history"),
        added=joining[:MEMBERS_LISTED_MAX] or None,
        added_count=len(joining) or None,
        removed=leaving[:MEMBERS_LISTED_MAX] or None,
        removed_count=len(leaving) or None,
    )
    return said if said != GroupChange() else None


def in_words(said: GroupChange) -> str:
    words = []
    if said.name is not None:
        words.append(f'The group is now called "{said.name}".')
    if said.writing_enabled is not None:
        words.append(
            f"{'Everyone' if said.writing_enabled else 'Only the owner and administrators'} may write here now."
        )
    if said.history is not None:
        what = "everything" if said.history == conversations.EVERYTHING else "what comes from then on"
        words.append(f"Whoever is added from now on sees {what}.")
    for count, what in ((said.added_count, "added"), (said.removed_count, "removed")):
        if count is not None:
            words.append(f"1 person was {what}." if count == 1 else f"{count} people were {what}.")
    return " ".join(words)


def _change(fields: Document, joining: Sequence[str], leaving: Sequence[str], by: str, at: str) -> Document:
    return {"at": at, "by": by, "fields": fields, "joining": list(joining), "leaving": list(leaving)}
