"""Whether mails can be sent at all."""

from chassis.bus import Asker
from contracts.notifier import MailState
from contracts.table import Nothing
from services.notifier.domain.mails import Post


class GetMailState:
    def __init__(self, post: Post) -> None:
        self._post = post

    async def __call__(self, asker: Asker, _: Nothing) -> MailState:
        return MailState(is_configured=self._post.is_configured)
