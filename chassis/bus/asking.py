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
"""An idempotent ask without an answer is tried on another replica after this long."""
ASK_S = 4.0
PING_S = 0.2
ERROR_CODE = "Nats-Service-Error-Code"


class _Pong(msgspec.Struct):
    id: str


async def ask(client: Client, ask: Ask, data: bytes, asker: Asker, timeout_s: float) -> bytes:
    """The JSON of the answer. Raises Refused; `unavailable` when nobody answered in time.

    Every attempt says until when it is waited for: a replica that was held up does not do what somebody else did since.
    """
    headers = asker.headers()
    until = monotonic() + timeout_s
    subject = ask.subject
    while (left := until - monotonic()) > 0:
        attempt_s = min(ATTEMPT_S, left) if ask.idempotent else left
        headers[deadline.HEADER] = deadline.after(attempt_s)
        try:
            msg = await client.request(subject, data, timeout=attempt_s, headers=headers)
        except nats.errors.NoRespondersError:
            subject = ask.subject
            await asyncio.sleep(min(0.1, left))
        except (TimeoutError, nats.errors.TimeoutError):
            if not ask.idempotent:
                break
            subject = await _of_another(client, ask)
        except nats.errors.Error:
            if client.is_closed:
                raise unavailable("NATS") from None
            await asyncio.sleep(min(0.1, left))
        else:
            if msg.headers and ERROR_CODE in msg.headers:
                raise _refused(msg.data)
            return bytes(msg.data)
    raise unavailable(ask.owner)


async def _of_another(client: Client, ask: Ask) -> str:
    """Where the replica that answers a ping first is asked; the queue group might choose the one that hangs again."""
    try:
        pong = await client.request(f"$SRV.PING.{ask.owner}", b"", timeout=PING_S)
        return ask.subject_at(msgspec.json.decode(pong.data, type=_Pong).id)
    except (TimeoutError, nats.errors.Error, msgspec.MsgspecError):
        return ask.subject


def _refused(data: bytes) -> Refused:
    refusal = msgspec.json.decode(data, type=Refusal)
    return Refused(refusal.code, refusal.message, retry_after_s=refusal.retry_after_s, errors=refusal.errors)
