"""Whatever ends a session, its own connections are told why, and so is whoever comes back with what is left of it."""

import uuid
from collections.abc import Awaitable, Callable

import pytest

from contracts.endings import SESSION_ENDS
from tests.kit.history import Body
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.stories.conftest import PASSWORD, Enter

Ended = Callable[[Person, Person, Person], Awaitable[object]]
"""By an administrator, or at another device of the same person; the last is the one that ends."""


async def _by_an_administrator(admin: Person, _: Person, petra: Person) -> None:
    sessions = (await admin.ask("session.list", user_id=petra.user_id))["sessions"]
    for session in sessions:
        await admin.ask("session.end", session_id=session["session_id"])


async def _elsewhere(_: Person, phone: Person, __: Person) -> None:
    for session in (await phone.ask("session.list"))["sessions"]:
        if not session.get("current"):
            await phone.ask("session.end", session_id=session["session_id"])


async def _password_changed(_: Person, phone: Person, __: Person) -> None:
    form = {"current_password": PASSWORD, "new_password": "Other-2027"}
    await phone.session.request("POST", "/auth/password/change", json=form)


async def _password_set(admin: Person, _: Person, petra: Person) -> None:
    await admin.ask("user.set_password", user_id=petra.user_id, password="Third-2028")


async def _disabled(admin: Person, _: Person, petra: Person) -> None:
    await admin.ask("user.update", user_id=petra.user_id, disabled=True)


@pytest.mark.parametrize(
    ("end", "reason"),
    [
        (_by_an_administrator, "ended_by_leader"),
        (_elsewhere, "ended"),
        (_password_changed, "password_changed"),
        (_password_set, "password_set"),
        (_disabled, "disabled"),
    ],
)
async def test_it_says_why(enter: Enter, end: Ended, reason: str) -> None:
    admin = await enter("admin")
    login = f"petra-{uuid.uuid4().hex[:8]}"
    form = {"login": login, "name": "Petra", "role": "agent", "password": PASSWORD}
    await admin.session.request("POST", "/users", json=form)
    phone, desk = await enter(login), await enter(login)
    await end(admin, phone, desk)

    def told() -> list[Body]:
        return desk.pushes("session.ended")

    await desk.eventually(told)
    assert told() == [{"code": "session_ended", "message": SESSION_ENDS[reason], "reason": reason}]
    with pytest.raises(Refused) as refused:
        await desk.session.refresh()
    error = refused.value.error
    assert (error["code"], error["message"], error["reason"]) == ("session_ended", SESSION_ENDS[reason], reason)
