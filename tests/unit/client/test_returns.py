"""What is tried again, and what is not."""

import time

import pytest

from parley_client import Refused, Unanswered
from parley_client.returns import Gateways, until_answered

AGAIN = [Refused("unavailable", "away", retry_after_s=0.01), Unanswered("lost")]


class Attempts:
    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.count = 0

    async def __call__(self) -> str:
        self.count += 1
        if self.errors:
            raise self.errors.pop(0)
        return "done"


@pytest.mark.parametrize("error", AGAIN)
async def test_what_may_be_repeated_is(error: Exception) -> None:
    attempts = Attempts(error, error)
    assert await until_answered(attempts, 5.0, repeatable=True) == "done"
    assert attempts.count == 3


@pytest.mark.parametrize("error", AGAIN)
async def test_what_may_not_be_repeated_is_not(error: Exception) -> None:
    attempts = Attempts(error)
    with pytest.raises(type(error)):
        await until_answered(attempts, 5.0, repeatable=False)
    assert attempts.count == 1


@pytest.mark.parametrize("repeatable", [True, False])
async def test_who_asked_too_much_waits_as_long_as_told(repeatable: bool) -> None:
    began = time.monotonic()
    attempts = Attempts(Refused("rate_limited", "slow down", retry_after_s=0.4))
    assert await until_answered(attempts, 5.0, repeatable=repeatable) == "done"
    assert time.monotonic() - began >= 0.4


async def test_what_is_final_is_said_at_once() -> None:
    attempts = Attempts(Refused("forbidden", "no"))
    with pytest.raises(Refused, match="forbidden"):
        await until_answered(attempts, None, repeatable=True)
    assert attempts.count == 1


async def test_patience_has_an_end() -> None:
    attempts = Attempts(*[Unanswered("lost")] * 100)
    with pytest.raises(Unanswered):
        await until_answered(attempts, 0.3, repeatable=True)
    assert 1 < attempts.count < 10


def test_gateways_are_gone_through_and_begun_again() -> None:
    gateways = Gateways(["http://a/", "http://b"])
    seen = []
    for _ in range(3):
        seen.append(gateways.url)
        gateways.move_on()
    assert seen == ["http://a", "http://b", "http://a"]
    with pytest.raises(ValueError, match="at least one"):
        Gateways([])
