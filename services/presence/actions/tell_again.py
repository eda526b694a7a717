"""Tell a stream that is new here who is here, and what they have chosen: it is asked for that when Redis is lost next."""

from chassis import log
from services.presence.actions.tell_changes import TellChanges
from services.presence.domain.leases import BATCH_MAX, Leases


class TellAgain:
    def __init__(self, leases: Leases, tell: TellChanges) -> None:
        self._leases = leases
        self._tell = tell

    async def __call__(self, epoch: str) -> None:
        """Raises RedisError, nats.errors.Error or TimeoutError, and may then be called again."""
        if await self._leases.is_told(epoch):
            return
        after, count = "", 0
        while people := (await self._leases.page(after, BATCH_MAX)).people:
            await self._tell.again(people)
            after, count = people[-1].user_id, count + len(people)
        await self._leases.note_told(epoch)
        log.get().info("stream.told_again", epoch=epoch, people=count)
