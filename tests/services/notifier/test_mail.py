"""Mails, asked of notifier as auth asks, and taken or not by a real SMTP server."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog.testing

from chassis import lifetime
from chassis.bus import Bus
from chassis.settings import Settings, SettingsError, read
from chassis.tasks import Tasks
from contracts.everything import ASKS
from contracts.notifier import MailState
from contracts.refusals import Refused
from contracts.table import Nothing
from deploy.local.servers import Server, mongo, nats, running
from services.notifier.settings import NotifierSettings
from services.notifier.wiring import Notifier
from tests.kit.certificates import Authority
from tests.kit.mail_server import OK, MailServer
from tests.kit.waiting import eventually

MAIL = {"to": "ada@example.org", "subject": "Your password", "text": "Open this: ä", "html": "<p>Open this: ä</p>"}


@dataclass
class Servers:
    nats: Server
    mongo: Server


@dataclass
class House:
    """Notifier, asked by auth."""

    auth: Bus

    async def send(self, **changed: str) -> None:
        ask = ASKS["mail.send"]
        await self.auth.ask(ask, ask.request(**(MAIL | changed)))

    async def refusal(self, **changed: str) -> str:
        with pytest.raises(Refused) as refused:
            await self.send(**changed)
        return refused.value.code

    async def is_configured(self) -> bool:
        state: MailState = await self.auth.ask(ASKS["mail.state"], Nothing())
        return state.is_configured


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Servers]:
    folder = tmp_path_factory.mktemp("servers")
    made = Servers(nats(folder), mongo(folder))
    async with running(made.nats, made.mongo):
        yield made


@asynccontextmanager
async def house(servers: Servers, **settings: Any) -> AsyncIterator[House]:
    def of(part: str) -> dict[str, Any]:
        password = servers.nats.passwords[part]
        return {"instance": part, "nats_url": servers.nats.url, "nats_user": part, "nats_password": password}

    of_notifier = NotifierSettings(**of("notifier"), mongo_url=servers.mongo.url, **settings)
    async with AsyncExitStack() as left:
        auth = await Bus.connect(Settings(**of("auth")), "auth")
        left.push_async_callback(auth.drain)
        bus, tasks = await Bus.connect(of_notifier, "notifier"), Tasks()
        part = Notifier(of_notifier, bus, tasks)
        left.push_async_callback(lifetime.stop, "notifier", part, bus, tasks)
        await part.start()
        yield House(auth)


def smtp(server: MailServer, tls: str = "none", **more: Any) -> dict[str, Any]:
    to = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_tls": tls, "smtp_timeout_s": 2.0}
    return to | {"smtp_from": "Parley <parley@example.org>"} | more


async def test_a_mail_arrives_as_text_and_html(servers: Servers) -> None:
    async with MailServer() as server, house(servers, **smtp(server)) as parley:
        assert await parley.is_configured()
        await parley.send()
        (mail,) = server.taken
    message = mail.message
    assert (mail.sender, mail.recipients) == ("parley@example.org", ["ada@example.org"])
    assert (message["From"], message["To"]) == ("Parley <parley@example.org>", "ada@example.org")
    assert (message["Subject"], message["Auto-Submitted"]) == ("Your password", "auto-generated")
    assert message["Date"].datetime is not None
    assert message["Message-ID"].endswith("@example.org>")
    assert message.get_content_type() == "multipart/alternative"
    assert mail.part("plain").strip() == MAIL["text"]
    assert mail.part("html").strip() == MAIL["html"]


async def test_without_a_server_nothing_is_configured(servers: Servers) -> None:
    async with house(servers) as parley:
        assert not await parley.is_configured()
        assert await parley.refusal() == "smtp_not_configured"


async def test_starttls_and_a_password(servers: Servers, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = MailServer(starttls=authority.server(), passwords={"parley": "s3cret"})
    known = smtp(server, "starttls", smtp_ca_file=str(authority.file), smtp_user="parley", smtp_password="s3cret")
    async with server, house(servers, **known) as parley:
        await parley.send()
    assert [(mail.is_secret, mail.login) for mail in server.taken] == [(True, "parley")]


async def test_tls_from_the_first_byte(servers: Servers, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = MailServer(tls=authority.server())
    async with server, house(servers, **smtp(server, "tls", smtp_ca_file=str(authority.file))) as parley:
        await parley.send()
    assert [mail.is_secret for mail in server.taken] == [True]


async def test_a_wrong_password_can_be_put_right(servers: Servers, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    server = MailServer(starttls=authority.server(), passwords={"parley": "s3cret"})
    wrong = smtp(server, "starttls", smtp_ca_file=str(authority.file), smtp_user="parley", smtp_password="wrong")
    async with server, house(servers, **wrong) as parley:
        assert await parley.refusal() == "unavailable"
    assert server.taken == []


@pytest.mark.parametrize("tls", ["starttls", "tls"])
async def test_a_server_that_is_not_who_it_should_be_gets_nothing(servers: Servers, tmp_path: Path, tls: str) -> None:
    authority = Authority(tmp_path)
    for context, believed in ((authority.server(), ""), (authority.server("127.0.0.2"), str(authority.file))):
        server = MailServer(starttls=context) if tls == "starttls" else MailServer(tls=context)
        async with server, house(servers, **smtp(server, tls, smtp_ca_file=believed)) as parley:
            assert await parley.refusal() == "unavailable"
        assert server.begun == 0


async def test_no_mail_goes_unencrypted_where_starttls_is_set(servers: Servers) -> None:
    """Somebody between could take the offer of STARTTLS out of what the server says."""
    async with MailServer() as server, house(servers, **smtp(server, "starttls")) as parley:
        assert await parley.refusal() == "unavailable"
    assert server.begun == 0


async def test_what_the_server_refuses_for_good_is_invalid(servers: Servers) -> None:
    async with MailServer() as server, house(servers, **smtp(server)) as parley:
        server.to_recipient = "550 5.1.1 No such person"
        assert await parley.refusal() == "invalid"
        server.to_recipient, server.to_mail = OK, "554 5.7.1 Not wanted"
        assert await parley.refusal() == "invalid"
    assert server.taken == []


async def test_what_may_pass_is_unavailable(servers: Servers) -> None:
    async with MailServer() as server, house(servers, **smtp(server)) as parley:
        for server.to_recipient in (
            "450 4.2.1 Later",
            "421 4.3.2 Closing",
            "530 5.7.0 Who are you?",
            "503 5.5.1 What?",
        ):
            assert await parley.refusal() == "unavailable"
        await server.stop()
        assert await parley.refusal() == "unavailable"


async def test_a_server_that_hangs_is_not_waited_for(servers: Servers) -> None:
    async with MailServer() as server, house(servers, **smtp(server, smtp_timeout_s=0.3)) as parley:
        server.goes_on.clear()
        assert await parley.refusal() == "unavailable"
        server.goes_on.set()
        await parley.send()
        await eventually(lambda: len(server.taken) == 1)


async def test_a_mail_as_a_whole_is_bounded(servers: Servers) -> None:
    """Each wait was, so that a server slow at every step was waited for longer than whoever asked did."""
    async with MailServer() as server, house(servers, **smtp(server, smtp_timeout_s=0.5)) as parley:
        server.slow_s = 0.35
        assert await parley.refusal() == "unavailable"


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "ada@example.org\r\nBcc: eve@example.org"},
        {"to": "ada@example.org, eve@example.org"},
        {"to": "Ada <ada@example.org>"},
        {"to": "ada@example.org> SIZE=1"},
        {"to": "=?utf-8?q?x=0ABcc=3A_boss?=@evil.example"},
        {"to": "=?utf-8?q?x=0D=0A=0D=0APay_me_now=2C?=@corp.example"},
        {"to": "=?utf-8?q?boss=40corp.example=2C_x?=@evil.example"},
        {"to": "ada"},
        {"to": ""},
        {"to": f"ada@{'x' * 300}"},
        {"subject": "Hello\r\nBcc: eve@example.org"},
        {"subject": ""},
    ],
)
async def test_nothing_can_be_slipped_into_a_mail(servers: Servers, changed: dict[str, str]) -> None:
    async with MailServer() as server, house(servers, **smtp(server)) as parley:
        assert await parley.refusal(**changed) == "invalid"
    assert server.begun == 0


async def test_an_address_in_any_script(servers: Servers) -> None:
    async with MailServer() as server, house(servers, **smtp(server)) as parley:
        await parley.send(to="žofie@příklad.example")
    assert [mail.recipients for mail in server.taken] == [["žofie@příklad.example"]]


async def test_no_log_tells_to_whom_or_what(servers: Servers, capfd: pytest.CaptureFixture[str]) -> None:
    async with MailServer() as server, house(servers, **smtp(server)) as parley:
        await parley.send()
        server.to_recipient = "550 5.1.1 <ada@example.org> is nobody"
        await parley.refusal()
    said = "".join(capfd.readouterr())
    assert "mail.sent" in said
    assert "mail.refused" in said
    assert "ada@" not in said
    assert "Open this" not in said


async def why(servers: Servers, settings: dict[str, Any]) -> str:
    """The log's word for what became of a mail."""
    async with house(servers, **settings) as parley:
        with structlog.testing.capture_logs() as said:
            await parley.refusal()
    (word,) = [entry["why"] for entry in said if entry["event"] in ("mail.not_taken", "mail.refused")]
    return str(word)


async def test_the_log_has_a_word_for_each_thing_that_goes_wrong(servers: Servers, tmp_path: Path) -> None:
    """It was the name of a class, and SMTPException for no STARTTLS and for no AUTH alike."""
    ours = Authority(tmp_path)
    known = {"smtp_ca_file": str(ours.file)}
    ada = {"smtp_user": "parley", "smtp_password": "wrong"}
    async with MailServer() as plain:
        assert await why(servers, smtp(plain, "starttls")) == "starttls_not_offered"
        assert await why(servers, smtp(plain, "tls", smtp_timeout_s=1.0)) in ("tls_failed", "connection_lost")
        assert await why(servers, smtp(plain, **ada)) == "auth_not_offered"
        assert await why(servers, smtp(plain, "tls", smtp_ca_file="/nowhere")) == "ca_file_not_read"
        for plain.to_recipient in ("450 4.2.1 <ada@example.org> later", "550 5.1.1 <ada@example.org> is nobody"):
            assert await why(servers, smtp(plain)) == f"recipient_refused {plain.to_recipient[:3]}"
        plain.to_recipient, plain.to_mail = OK, "451 4.3.0 Later"
        assert await why(servers, smtp(plain)) == "mail_refused 451"
        plain.goes_on.clear()
        assert await why(servers, smtp(plain, smtp_timeout_s=0.3)) == "no_answer"
        await plain.stop()
        assert await why(servers, smtp(plain)) == "not_reached"
    async with MailServer(starttls=ours.server(), passwords={"parley": "s3cret"}) as strict:
        assert await why(servers, smtp(strict, "starttls", **known, **ada)) == "auth_refused 535"
        assert await why(servers, smtp(strict, "starttls", **known)) == "sender_refused 530"
        assert await why(servers, smtp(strict, "starttls")) == "certificate_not_verified"
    async with MailServer(tls=ours.server()) as secret:
        assert await why(servers, smtp(secret, "tls")) == "certificate_not_verified"


def test_a_server_needs_an_address_to_send_from() -> None:
    needed = {"INSTANCE": "n", "NATS_URL": "n", "NATS_USER": "n", "NATS_PASSWORD": "n", "MONGO_URL": "m"}
    environment = {f"PARLEY_{name}": value for name, value in needed.items()}
    assert not read(NotifierSettings, environment).smtp_host
    with pytest.raises(SettingsError, match="PARLEY_SMTP_FROM"):
        read(NotifierSettings, {**environment, "PARLEY_SMTP_HOST": "mail.example.org"})
