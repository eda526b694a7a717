"""What a run cost in time, read from its history: one process, one clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.kit.history import Acknowledged, Asked, History, Left, Pushed, Ready


@dataclass(frozen=True)
class Figures:
    """Latencies in seconds, sorted, from the first call of a send: to its acknowledgement, to each push of it. What was
    caught up by someone who had left is no delivery: it was as late as they were away.
    """

    messages: int
    seconds: float
    acknowledgements: Sequence[float]
    deliveries: Sequence[float]

    def text(self) -> str:
        rate = f"{self.messages / self.seconds:.0f} messages/s, {len(self.deliveries) / self.seconds:.0f} deliveries/s"
        return (
            f"{self.messages} messages, {len(self.deliveries)} deliveries in {self.seconds:.1f} s ({rate})\n"
            f"delivery latency p50 {_ms(self.deliveries, 0.5)} p99 {_ms(self.deliveries, 0.99)}\n"
            f"acknowledgement latency p50 {_ms(self.acknowledgements, 0.5)} p99 {_ms(self.acknowledgements, 0.99)}"
        )


def figures(history: History) -> Figures:
    called: dict[str, float] = {}
    asks: dict[int, str] = {}
    acknowledged: dict[str, float] = {}
    deliveries: list[float] = []
    last = 0.0
    away: set[str] = set()
    for record in history.records:
        match record:
            case Left():
                away.add(record.client)
            case Ready():
                away.discard(record.client)
            case Pushed() if record.client in away:
                pass
            case Pushed(name="message.sent") if record.body["message"]["client_message_id"] in called:
                last = record.at
                deliveries.append(record.at - called[record.body["message"]["client_message_id"]])
            case Asked(name="message.send"):
                asks[record.ask] = record.fields["client_message_id"]
                called.setdefault(asks[record.ask], record.at)
            case Acknowledged(ok=True) if record.ask in asks:
                last = max(last, record.at)
                acknowledged.setdefault(asks[record.ask], record.at - called[asks[record.ask]])
            case _:
                pass
    seconds = max(last - min(called.values(), default=0.0), 1e-9)
    return Figures(len(acknowledged), seconds, sorted(acknowledged.values()), sorted(deliveries))


def _ms(ordered: Sequence[float], share: float) -> str:
    if not ordered:
        return "-"
    return f"{ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000:.1f} ms"
