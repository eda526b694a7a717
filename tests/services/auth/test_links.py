"""Mails that links wait for: sent by any replica, once, also when notifier or auth itself was away meanwhile."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import pytest_asyncio

from chassis.bus import Asker, Bus
from chassis.settings import Settings
from contracts.notifier import MailState, SendMail
from contracts.refusals import unavailable
from contracts.table import Nothing
from deploy.local.servers import Server
from services.auth.actions.send_links import AT_ONCE, CLAIMED
from tests.kit.waiting import eventually
from tests.services.auth.conftest import House, auth

EMAIL = "ada@example.org"
NOBODY = Asker()


class Notifier:
    """Answers as notifier does. `is_away`: its SMTP server is; while `goes_on` is clear it does not answer."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.sent: list[SendMail] = []
        self.begun = 0
        self.is_away = False
        self.goes_on = asyncio.Event()
        self.goes_on.set()

    async def start(self) -> None:
        await self.bus.answer({"mail.send": self._send, "mail.state": self._state})

    async def stop(self) -> None:
        await self.bus.stop_answering(0.1)

    def tokens(self) -> list[str]:
        return [re.findall(r"#reset=(\S+)", mail.text)[0] for mail in self.sent]

    async def _send(self, asker: Asker, request: SendMail) -> Nothing:
        self.begun += 1
        await self.goes_on.wait()
        if self.is_away:
            raise unavailable("The mail server")
        self.sent.append(request)
        return Nothing()

    async def _state(self, asker: Asker, request: Nothing) -> MailState:
        return MailState(is_configured=True)


@pytest_asyncio.fixture
async def notifier(house: House, servers: tuple[Server, Server, Server]) -> AsyncIterator[Notifier]:
    nats = servers[0]
    settings = Settings(
        instance="notifier-1", nats_url=nats.url, nats_user="notifier", nats_password=nats.passwords["notifier"]
    )
    bus = await Bus.connect(settings, "notifier")
    made = Notifier(bus)
    await made.start()
    await eventually(lambda: can_reset(house))
    yield made
    made.goes_on.set()
    await bus.drain()


async def can_reset(house: House) -> bool:
    return bool((await house.ask("auth.password_policy")).reset_available)


async def forgot(house: House) -> None:
    await house.ask("auth.forgot_password", NOBODY, login="ada", email=EMAIL)


async def waiting(house: House) -> int:
    return int(await house.database["links"].count_documents({"waiting": True}))


async def test_a_mail_waits_for_an_smtp_server_while_auth_itself_goes(house: House, notifier: Notifier) -> None:
    await house.create("ada", email=EMAIL)
    notifier.is_away = True
    await forgot(house)
    await eventually(lambda: notifier.begun)
    await house.parts.aclose()
    notifier.is_away = False
    house.clock.ahead += timedelta(minutes=55)
    await house.parts.enter_async_context(auth(house.settings, house.clock))
    await eventually(lambda: notifier.sent)
    await eventually(lambda: is_sent(house))
    (token,) = notifier.tokens()
    await house.ask("auth.reset_password", NOBODY, token=token, new_password="Parley-2027")
    await house.log_in("ada", "Parley-2027")


async def test_what_a_dead_process_had_begun_another_one_sends(house: House, notifier: Notifier) -> None:
    await house.create("ada", email=EMAIL)
    notifier.goes_on.clear()
    await forgot(house)
    await eventually(lambda: notifier.begun)
    await house.restart()
    notifier.goes_on.set()
    await eventually(lambda: notifier.sent)  # what it was asked it did, and nobody was there to hear so
    assert await waiting(house) == 1
    house.clock.ahead += CLAIMED
    await eventually(lambda: len(notifier.sent) == 2)
    for token in notifier.tokens()[:1]:
        await house.ask("auth.reset_password", NOBODY, token=token, new_password="Parley-2027")


async def test_a_mail_waits_for_notifier(house: House, notifier: Notifier) -> None:
    await house.create("ada", email=EMAIL)
    await notifier.stop()
    assert await can_reset(house)  # as notifier said last
    await forgot(house)
    assert await waiting(house) == 1
    await notifier.start()
    await eventually(lambda: notifier.sent)
    await eventually(lambda: is_sent(house))
    assert len(notifier.sent) == 1


async def test_of_two_replicas_one_sends_each_mail(house: House, notifier: Notifier) -> None:
    other = msgspec.structs.replace(house.settings, instance="auth-2")
    async with auth(other, house.clock):
        for number in range(40):
            login = f"ada{number}"
            await house.ask("user.create", login=login, name="Ada", role="agent", email=f"{login}@example.org")
        await eventually(lambda: is_sent(house), 20.0)
    assert Counter(Counter(mail.to for mail in notifier.sent).values()) == {1: 40}


async def test_a_forgotten_password_waits_behind_no_invitations(house: House, notifier: Notifier) -> None:
    await house.create("ada", email=EMAIL)
    notifier.goes_on.clear()
    for number in range(2 * AT_ONCE):
        login = f"grace{number}"
        await house.ask("user.create", login=login, name="Grace", role="agent", email=f"{login}@example.org")
    await eventually(lambda: notifier.begun == AT_ONCE)
    await forgot(house)
    assert notifier.begun == AT_ONCE
    notifier.goes_on.set()
    await eventually(lambda: is_sent(house))
    places = [mail.to for mail in notifier.sent].index(EMAIL)
    assert places <= AT_ONCE + 1  # one was claimed when a place became free


async def is_sent(house: House) -> bool:
    return await waiting(house) == 0
