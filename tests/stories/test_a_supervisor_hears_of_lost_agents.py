"""An agent whose connection is lost for longer than a setting is a notice for leaders, and another when they are back."""

from collections.abc import Iterator

import pytest

from tests.chaos.harm import held_down, until_whole
from tests.chaos.watching import NEVER
from tests.kit.history import Body
from tests.kit.person import Person
from tests.kit.ports import neighbours
from tests.stories.conftest import Enter, Running

LEASE_S = 12.0
LOST_AFTER_S = 2.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder, port = tmp_path_factory.mktemp("lost"), str(neighbours(2))
    running = Running(folder, GATEWAYS="2", REPLICAS="2", PORT=port, PARLEY_LOST_AFTER_S=str(LOST_AFTER_S))
    yield running
    running.stop()


def _about(notices: list[Body], code: str, person: Person) -> list[Body]:
    return [notice for notice in notices if notice["code"] == code and person.user_id in notice.get("user_ids", ())]


async def _until_told(leader: Person, code: str, person: Person) -> Body:
    await leader.eventually(
        lambda: _about(leader.pushes("notice"), code, person), LEASE_S + 15.0, what=f"{leader.login}: {code}"
    )
    (told,) = _about(leader.pushes("notice"), code, person)
    return told


async def test_lost_and_back(enter: Enter) -> None:
    sofia, marco = await enter("sofia", first_gateway=0), await enter("marco", first_gateway=1)
    jonas = await enter("jonas", first_gateway=1, returns=NEVER)
    jonas.lose_connection()
    lost = await _until_told(sofia, "connection_lost", jonas)
    assert (lost["severity"], lost["count"], lost["user_ids"]) == ("warning", 1, [jonas.user_id])
    assert "Jonas" in lost["message"]
    admin = await enter("admin", first_gateway=1)
    (listed,) = _about(admin.pushes("ready")[-1]["notices"], "connection_lost", jonas)
    assert (listed["notice_id"], listed["message"]) == (lost["notice_id"], lost["message"])
    back = await enter("jonas", first_gateway=0)
    for leader in (sofia, admin):
        assert (await _until_told(leader, "connection_restored", jonas))["severity"] == "info"
    newcomer = await enter("admin")
    assert _about(newcomer.pushes("ready")[-1]["notices"], "connection_lost", jonas) == []
    await back.leave()
    await jonas.leave()
    for agent in (marco, back):
        notices = [*agent.pushes("notice"), *agent.pushes("ready")[-1]["notices"]]
        assert {notice["code"] for notice in notices} <= {"added_to_group"}


async def test_with_a_killed_gateway_only_who_stays_away_is_lost_and_once(cluster: Running, enter: Enter) -> None:
    sofia = await enter("sofia", first_gateway=1)
    marco = await enter("marco", first_gateway=0)
    elena = await enter("elena", first_gateway=0, returns=NEVER)
    with held_down(cluster, "gateway-1"):
        await _until_told(sofia, "connection_lost", elena)
        with held_down(cluster, "notifier-1"):
            back = await enter("elena", first_gateway=1)
            await _until_told(sofia, "connection_restored", elena)
    await until_whole(cluster)
    assert _about(sofia.pushes("notice"), "connection_lost", marco) == []
    assert len(_about(sofia.pushes("notice"), "connection_lost", elena)) == 1
    await back.leave()
    await elena.leave()


async def test_who_logs_out_is_not_lost(enter: Enter) -> None:
    sofia = await enter("sofia")
    marco, jonas = await enter("marco"), await enter("jonas", returns=NEVER)
    elena = await enter("elena", returns=NEVER)
    await marco.leave()
    jonas.lose_connection()
    await jonas.session.request("POST", "/auth/logout")
    elena.lose_connection()
    await _until_told(sofia, "connection_lost", elena)
    for one in (marco, jonas):
        assert _about(sofia.pushes("notice"), "connection_lost", one) == []
    for one in (jonas, elena):
        await one.leave()
