"""Nobody is mailed twice, and nothing is forgotten, whatever dies or is away meanwhile."""

import signal
from pathlib import Path
from typing import Any

import pytest
from nats.js.errors import NotFoundError

from chassis.bus import Bus, fact
from chassis.settings import Settings
from contracts.messenger import MESSAGE_SENT, MessageSent
from deploy.local.servers import Server
from tests.kit.mail_server import OK
from tests.kit.waiting import eventually
from tests.services.notifier.floor import Floor, of_part, open_floor

QUICK: dict[str, Any] = {"smtp_timeout_s": 2.0, "missed_claim_s": 3.0}


async def test_who_dies_before_the_mail_is_handed_over_leaves_it_to_another(tmp_path: Path) -> None:
    async with open_floor(tmp_path, notifiers=0, **QUICK | {"smtp_timeout_s": 2.9}) as floor:
        floor.mails.goes_on.clear()
        async with floor.process("dies") as process:
            await _until_it_hears(floor)
            await floor.send("grace", "ada")
            await eventually(lambda: floor.mails.begun, 20.0, what="a mail is begun")
            process.send_signal(signal.SIGKILL)
            await process.wait()
        floor.mails.goes_on.set()
        async with floor.process("lives"):
            await floor.mailed("ada", within_s=30.0)


async def test_who_dies_while_the_mail_is_handed_over_leaves_it_as_sent(tmp_path: Path) -> None:
    """Whether the server took it cannot be known. Here it did, and a second attempt would have been a second mail."""
    async with open_floor(tmp_path, notifiers=0, **QUICK) as floor:
        floor.mails.answers.clear()
        async with floor.process("dies") as process:
            await _until_it_hears(floor)
            await floor.send("grace", "ada")
            await eventually(lambda: floor.mails.taken, 20.0, what="a mail is taken")
            process.send_signal(signal.SIGKILL)
            await process.wait()
        floor.mails.answers.set()
        async with floor.process("lives"):
            await eventually(lambda: "missed.unsure" in floor.log_of("lives"), 30.0, what="it is noted")
            await floor.mailed("ada")
            await floor.send("grace", "ada")
            await floor.mailed("ada", "ada")
        assert "Grace: 1 message\n" in floor.mails.taken[1].part("plain").replace("\r\n", "\n")


async def test_an_answer_that_is_lost_counts_as_taken(tmp_path: Path) -> None:
    async with open_floor(tmp_path, **QUICK) as floor:
        floor.mails.answers.clear()
        await floor.send("grace", "ada")
        await eventually(lambda: floor.mails.taken, 20.0, what="a mail is taken")
        await floor.mailed("ada")


async def test_two_replicas_share_the_mails(tmp_path: Path) -> None:
    people = [f"extra_{number}" for number in range(30)]
    async with open_floor(tmp_path, notifiers=2, missed_after_s=3.0, **QUICK) as floor:
        await floor.come("barbara")
        group = await floor.group(*people)
        for _ in range(3):
            await floor.send("barbara", group)
        await floor.mailed(*people, within_s=40.0)


async def test_what_is_told_again_is_not_mailed_again(tmp_path: Path) -> None:
    async with open_floor(tmp_path) as floor:
        message = await floor.send("grace", "ada")
        await floor.mailed("ada")
        messenger = await Bus.connect(Settings(**of_part(floor.nats, "messenger")), "messenger")
        body = MessageSent(message=message)
        again = fact(MESSAGE_SENT, body, message.conversation_id, id="told.again", at=message.sent_at)
        await messenger.tell(again)
        await messenger.drain()
        await floor.mailed("ada")
        await floor.send("grace", "ada")
        await floor.mailed("ada", "ada")


async def test_a_mail_that_is_not_taken_now_is_tried_again(tmp_path: Path) -> None:
    """Also one that the server has read to its end, and refused."""
    async with open_floor(tmp_path, **QUICK) as floor:
        floor.mails.to_mail = "451 4.3.0 Later"
        await floor.send("grace", "ada")
        waiting = {"_id": "ada", "attempts": 1, "sent_at": None}
        await eventually(lambda: floor.database["missed_mails"].find_one(waiting), 20.0, what="it was refused")
        floor.mails.to_mail = OK
        await floor.mailed("ada")


async def test_a_mail_that_is_never_taken_is_not_tried_again(tmp_path: Path) -> None:
    async with open_floor(tmp_path, **QUICK) as floor:
        floor.mails.to_recipient = "550 5.1.1 No such person"
        await floor.send("grace", "ada")
        await eventually(lambda: floor.mails.begun, 20.0, what="it was tried")
        await floor.mailed()
        assert floor.mails.begun == 1


@pytest.mark.parametrize("which", ["smtp", "mongo", "nats"])
async def test_each_may_be_away(tmp_path: Path, which: str) -> None:
    async with open_floor(tmp_path, notifiers=2, missed_after_s=1.0, **QUICK) as floor:
        if which == "smtp":
            await floor.mails.stop()
        for who in ("ada", "linus"):
            await floor.send("grace", who)
        if which == "smtp":
            tried = {"attempts": {"$gte": 1}}
            await eventually(lambda: floor.database["missed_mails"].find_one(tried), 20.0, what="it was tried")
            await floor.mails.start()
        else:
            await _away(floor.mongo if which == "mongo" else floor.nats)
        await floor.mailed("ada", "linus", within_s=60.0)


async def _away(server: Server) -> None:
    server.kill()
    await server.until_ended()
    await server.start()


async def _until_it_hears(floor: Floor) -> None:
    async def hears() -> bool:
        try:
            return bool(await floor.gateway.js.consumer_info("PARLEY", "notifier_messages"))
        except NotFoundError:
            return False

    await eventually(hears, 30.0, what="the notifier hears")
