"""Which keys sign, are published and are thrown away, whenever they rotate and however late a replica hears of it."""

from datetime import UTC, datetime, timedelta
from itertools import accumulate

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from services.auth.domain.keyring import Keyring, KeySet, Lives

START = datetime(2026, 1, 5, tzinfo=UTC)
LIVES = Lives(access=timedelta(minutes=15), refresh=timedelta(days=30), lead=timedelta(seconds=60))
KEY = Ed25519PrivateKey.generate()
seconds = st.integers(0, 40 * 24 * 3600).map(lambda s: timedelta(seconds=s))
some_gaps = st.lists(seconds, max_size=6)


def ring_of(gaps: list[timedelta]) -> Keyring:
    starts = [START + since for since in accumulate([timedelta(), *gaps])]
    sets = [KeySet(number, at, bytes([number]) * 32, KEY, bytes(32)) for number, at in enumerate(starts, 1)]
    return Keyring(tuple(sets), LIVES)


@given(some_gaps, seconds, st.timedeltas(timedelta(), LIVES.access), st.timedeltas(timedelta(), LIVES.lead))
def test_what_signed_stays_published_while_its_tokens_live(
    gaps: list[timedelta], since: timedelta, age: timedelta, late: timedelta
) -> None:
    """`late`: how long after its time the replica heard of the newest set."""
    ring, now = ring_of(gaps), START + since
    signing = ring.signing(now - late if now - late > START else START)
    assert signing not in ring.silent(now - timedelta(microseconds=1))
    assert signing in ring.published(now + age - timedelta(microseconds=1))


@given(some_gaps, seconds)
def test_a_key_is_published_before_it_signs(gaps: list[timedelta], since: timedelta) -> None:
    ring, now = ring_of(gaps), START + since
    assert {one.number for one in ring.sets if one.signs_from > now} <= {one.number for one in ring.published(now)}


@given(some_gaps, seconds, st.timedeltas(timedelta(), LIVES.refresh))
def test_no_set_goes_while_a_refresh_token_of_it_lives(gaps: list[timedelta], since: timedelta, age: timedelta) -> None:
    ring, now = ring_of(gaps), START + since
    assert ring.signing(now) not in ring.over(now + age)


@given(some_gaps)
def test_the_newest_alone_stays_in_the_end(gaps: list[timedelta]) -> None:
    ring = ring_of(gaps)
    end = ring.newest.signs_from + LIVES.refresh + LIVES.lead
    assert ring.published(end) == [ring.newest]
    assert ring.silent(end) == ring.over(end) == [*ring.sets[:-1]]


def test_a_set_is_due_after_its_life_and_never_where_that_is_zero() -> None:
    ring = ring_of([timedelta(days=1)])
    assert not ring.is_due(START + timedelta(days=30), timedelta(days=30))
    assert ring.is_due(START + timedelta(days=31), timedelta(days=30))
    assert not ring.is_due(START + timedelta(days=3_000), timedelta())
    assert "private" not in repr(ring.newest)
    assert "secret" not in repr(ring.newest)
