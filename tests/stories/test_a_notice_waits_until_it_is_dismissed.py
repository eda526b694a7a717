"""Who is added to a group by someone else gets a notice: at once if they are here, at `ready` else, until they dismiss it."""

import pytest

from tests.kit.history import Body
from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.stories.conftest import Enter


async def _add(sofia: Person, person: Person, name: str) -> None:
    await sofia.ask("group.create", name=name, member_ids=[person.user_id])


def _about(notices: list[Body], name: str) -> list[Body]:
    return [notice for notice in notices if name in notice["message"]]


async def _until_pushed(person: Person, name: str) -> Body:
    return (await person.eventually(lambda: _about(person.pushes("notice"), name)))[0]


async def test_it_is_pushed_to_every_device_and_not_to_others(enter: Enter) -> None:
    sofia, desk, phone, marco = await enter("sofia"), await enter("jonas"), await enter("jonas"), await enter("marco")
    await _add(sofia, desk, "Pushed notice")
    for device in (desk, phone):
        await _until_pushed(device, "Pushed notice")
    notice = await _until_pushed(desk, "Pushed notice")
    assert notice["conversation_id"] in [
        group["conversation"]["conversation_id"] for group in desk.pushes("group.created")
    ]
    assert {"code", "severity", "message", "notice_id"} <= notice.keys()
    assert (notice["code"], notice["severity"]) == ("added_to_group", "info")
    await phone.ask("notice.dismiss", notice_id=notice["notice_id"])
    gone = [{"notice_id": notice["notice_id"]}]
    await desk.eventually(lambda: desk.pushes("notice.dismissed") == gone)
    await phone.eventually(lambda: phone.pushes("notice.dismissed") == gone)
    assert marco.pushes("notice.dismissed") == []
    assert _about(marco.pushes("notice"), "Pushed notice") == _about(sofia.pushes("notice"), "Pushed notice") == []


async def test_it_waits_for_who_is_away_and_stays_until_dismissed(enter: Enter) -> None:
    sofia, jonas = await enter("sofia"), await enter("jonas")
    await jonas.leave()
    await _add(sofia, jonas, "Waiting notice")

    async def waiting() -> list[Body]:
        newcomer = await enter("jonas")
        notices: list[Body] = newcomer.pushes("ready")[-1]["notices"]
        await newcomer.leave()
        return _about(notices, "Waiting notice")

    await jonas.connect()
    await jonas.eventually(
        lambda: _about([*jonas.pushes("notice"), *jonas.pushes("ready")[-1]["notices"]], "Waiting notice")
    )
    [notice] = await waiting()
    assert [notice] == await waiting()
    await jonas.ask("notice.dismiss", notice_id=notice["notice_id"])
    assert await waiting() == []
    await jonas.ask("notice.dismiss", notice_id=notice["notice_id"])


async def test_nobody_dismisses_what_is_not_theirs(enter: Enter) -> None:
    sofia, jonas, marco = await enter("sofia"), await enter("jonas"), await enter("marco")
    await _add(sofia, jonas, "Not yours")
    notice = await _until_pushed(jonas, "Not yours")
    with pytest.raises(Refused) as refused:
        await marco.ask("notice.dismiss", notice_id=notice["notice_id"])
    assert refused.value.code == "not_found"
