"""A token bucket: bursts up to a size, then a steady rate."""


class Bucket:
    __slots__ = ("_at", "_burst", "_left", "_per_s")

    def __init__(self, burst: int, per_s: int, now: float) -> None:
        self._burst, self._per_s, self._left, self._at = float(burst), float(per_s), float(burst), now

    def take(self, now: float, count: int = 1) -> float:
        """0 when so many are allowed, else the seconds until they would be; then nothing is taken."""
        self._left = min(self._burst, self._left + (now - self._at) * self._per_s)
        self._at = now
        if self._left >= count:
            self._left -= count
            return 0.0
        return (count - self._left) / self._per_s

    def is_full(self, now: float) -> bool:
        return self._left + (now - self._at) * self._per_s >= self._burst
