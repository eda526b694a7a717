"""Logging out at one device closes that session's connections on every gateway at once, and no others; its tokens are dead."""

from collections.abc import Iterator

import pytest

from tests.kit.person import Person
from tests.kit.refusal import Refused
from tests.kit.told import until_message
from tests.stories.conftest import Enter, Running

AT_ONCE_S = 1.0


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("sessions"), GATEWAYS="2")
    yield running
    running.stop()


async def log_out(person: Person) -> None:
    await person.session.request("POST", "/auth/logout", patience_s=0)


async def until_closed(person: Person) -> None:
    await person.eventually(lambda: not person.is_live, AT_ONCE_S)


async def test_it_closes_that_session_on_both_gateways_and_no_other(enter: Enter) -> None:
    desk = await enter("elena")
    window = await enter("elena", same_session_as=desk, first_gateway=1)
    phone = await enter("elena", first_gateway=1)
    marco = await enter("marco")
    await log_out(desk)
    for socket in (desk, window):
        await until_closed(socket)
        assert [push["code"] for push in socket.pushes("session.ended")] == ["session_ended"]
    sent = await marco.send(to={"user_id": phone.user_id}, text="still there?")
    await until_message(phone, sent)
    assert phone.pushes("session.ended") == []
    assert (await phone.ask("me.get"))["user"]["login"] == "elena"


@pytest.mark.parametrize("gateway", [0, 1])
async def test_its_tokens_are_refused_at_both_doors(enter: Enter, gateway: int) -> None:
    jonas = await enter("jonas")
    await log_out(jonas)
    await until_closed(jonas)
    for _ in range(gateway):
        jonas.move_on()
    with pytest.raises(Refused) as at_http:
        await jonas.session.request("GET", "/me", patience_s=0)
    assert (at_http.value.status, at_http.value.code) == (401, "session_ended")
    with pytest.raises(Refused) as at_socket:
        await enter("jonas", same_session_as=jonas, first_gateway=gateway)
    assert at_socket.value.code == "session_ended"
    with pytest.raises(Refused) as at_refresh:
        await jonas.session.refresh()
    assert (at_refresh.value.status, at_refresh.value.code) == (401, "session_ended")


async def test_a_new_log_in_is_a_new_session(enter: Enter) -> None:
    jonas = await enter("jonas")
    await log_out(jonas)
    await until_closed(jonas)
    again = await enter("jonas")
    assert again.pushes("ready")[-1].get("last_ending") is None
    assert again.user_id == jonas.user_id
