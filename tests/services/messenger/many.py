"""Many conversations, written past the door."""

from typing import Any

AT = "2026-01-05T08:30:00.000Z"


async def groups(database: Any, count: int, members: list[str]) -> set[str]:
    """Groups with one message that nobody has read, written past the door."""
    made: list[dict[str, Any]] = [
        {
            "_id": f"g_{n:05d}{'x' * 50}",
            "kind": "group",
            "name": "é" * 100,
            "owner_id": members[0],
            "member_count": len(members),
            "writing_enabled": True,
            "created_at": AT,
            "last_seq": 1,
            "last_at": f"2026-01-05T08:{n // 60 % 60:02d}:{n % 60:02d}.000Z",
            "last_message_id": None,
            "version": 1,
            "outbox": [],
        }
        for n in range(count)
    ]
    await database["conversations"].insert_many(made)
    for start in range(0, count, 100):
        await database["memberships"].insert_many(
            [
                {
                    "_id": f"{group['_id']}:{user_id}",
                    "conversation_id": group["_id"],
                    "user_id": user_id,
                    "state": "member",
                    "from_seq": 0,
                    "read_seq": 0,
                    "joined_at": AT,
                    "version": 1,
                    "outbox": [],
                }
                for group in made[start : start + 100]
                for user_id in members
            ]
        )
    return {group["_id"] for group in made}
