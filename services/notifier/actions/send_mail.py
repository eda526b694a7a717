"""Sending one mail, at once. It is kept nowhere: whoever asked keeps what it was for, and asks again."""

from prometheus_client import Counter

from chassis import log
from chassis.bus import Asker
from chassis.clock import Clock, new_id
from contracts.notifier import SendMail as Request
from contracts.refusals import Refused, unavailable
from contracts.table import Nothing
from services.notifier.domain.mails import NeverTaken, NotTakenNow, Post, composed, not_configured

MAILS = Counter("parley_mails", "Mails by what became of them: sent, refused for good, or not taken now.", ["outcome"])


class SendMail:
    def __init__(self, post: Post, clock: Clock, sender: str) -> None:
        self._post = post
        self._clock = clock
        self._sender = sender

    async def __call__(self, asker: Asker, request: Request) -> Nothing:
        if not self._post.is_configured:
            raise not_configured()
        mail_id = new_id("mail")
        mail = composed(request, self._sender, mail_id, self._clock.now())
        try:
            await self._post.send(mail, request.to)
        except NeverTaken as refused:
            self._note("refused", mail_id, str(refused))
            raise Refused("invalid", "The mail server refuses this mail.") from None
        except NotTakenNow as away:
            self._note("not_taken", mail_id, str(away))
            raise unavailable("The mail server") from None
        MAILS.labels("sent").inc()
        log.get().info("mail.sent", mail_id=mail_id)
        return Nothing()

    @staticmethod
    def _note(outcome: str, mail_id: str, why: str) -> None:
        MAILS.labels(outcome).inc()
        log.get().warning(f"mail.{outcome}", mail_id=mail_id, why=why)
