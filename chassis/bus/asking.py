"""Asking: an answer within a bound, tried again elsewhere where the ask allows it."""

import asyncio

import msgspec
import nats.errors
from nats.aio.client import Client

from chassis.bus import deadline
from chassis.bus.asker import Asker
from chassis.clock import monotonic
from contracts.refusals import Refusal, Refused, unavailable
from contracts.table import Ask

ATTEMPT_S = 0.8
"""An idempotent ask without an answer is tried on another replica after this long, and again after twice as long; whichever
answers first is heard."""
ATTEMPTS_MAX = 3
ASK_S = 4.0
PING_S = 0.2
AGAIN_S = 0.1
ERROR_CODE = "Nats-Service-Error-Code"
LATE = "late"
"""The code of an answer that says: this came too late and was left undone."""


class _Pong(msgspec.Struct):
    id: str


async def ask(client: Client, ask: Ask, data: bytes, asker: Asker, timeout_s: float) -> bytes:
    """The JSON of the answer. Raises Refused; `unavailable` when nobody answered in time.

    Every attempt says until when it may be begun: a replica that was held up does not do what somebody else did since.
    """
    headers = asker.headers()
    until = monotonic() + timeout_s
    running: set[asyncio.Task[bytes | None]] = set()
    try:
        for number in range(ATTEMPTS_MAX):
            if (left := until - monotonic()) <= 0:
                break
            attempt = _attempt(client, ask, data, headers, until, is_elsewhere=number > 0)
            running.add(asyncio.create_task(attempt, name=ask.name))
            is_last = not ask.idempotent or number == ATTEMPTS_MAX - 1
            done, running = await asyncio.wait(
                running,
                timeout=left if is_last else min(left, ATTEMPT_S * 2**number),
                return_when=asyncio.FIRST_COMPLETED,
            )
            for one in done:
                if (answer := one.result()) is not None:
                    return answer
    finally:
        for one in running:
            one.cancel()
    raise unavailable(ask.owner)


async def _attempt(
    client: Client, ask: Ask, data: bytes, headers: dict[str, str], until: float, *, is_elsewhere: bool
) -> bytes | None:
    """None when nobody answered, or it was left undone. Raises Refused."""
    subject = await _of_another(client, ask) if is_elsewhere else ask.subject
    while (left := until - monotonic()) > 0:
        begun_within = deadline.after(min(ATTEMPT_S, left) if ask.idempotent else left)
        try:
            msg = await client.request(subject, data, timeout=left, headers={**headers, deadline.HEADER: begun_within})
        except (TimeoutError, nats.errors.TimeoutError):
            return None
        except nats.errors.NoRespondersError:
            subject = ask.subject
            await asyncio.sleep(min(AGAIN_S, left))
        except nats.errors.Error:
            if client.is_closed:
                raise unavailable("NATS") from None
            await asyncio.sleep(min(AGAIN_S, left))
        else:
            code = (msg.headers or {}).get(ERROR_CODE)
            if code is None:
                return bytes(msg.data)
            if code == LATE:
                return None
            raise _refused(msg.data)
    return None


async def _of_another(client: Client, ask: Ask) -> str:
    """Where the replica that answers a ping first is asked; the queue group might choose the one that hangs again."""
    try:
        pong = await client.request(f"$SRV.PING.{ask.owner}", b"", timeout=PING_S)
        return ask.subject_at(msgspec.json.decode(pong.data, type=_Pong).id)
    except (TimeoutError, nats.errors.Error, msgspec.MsgspecError):
        return ask.subject


def _refused(data: bytes) -> Refused:
    refusal = msgspec.json.decode(data, type=Refusal)
    return Refused(
        refusal.code,
        refusal.message,
        retry_after_s=refusal.retry_after_s,
        errors=refusal.errors,
        reason=refusal.reason,
    )
