"""Links: how often one may be asked for, when a mail is tried again, and what it says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.refusals import Refused
from services.auth.domain.links import (
    INVITATION,
    REQUEST_PAUSE,
    REQUESTS_AN_HOUR,
    RESET_LIFE,
    TOKENS_KEPT,
    Link,
    hash_of,
    put_off_until,
    renewed,
    requested,
    url_of,
)
from services.auth.domain.mails import mail_of
from services.auth.domain.people import Person

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
ADA = Person(
    user_id="u_Ada1",
    login="ada",
    name="Ada",
    role="agent",
    password_hash=b"",
    created_at="2026-03-04T05:06:07.089Z",
    password_changed_at=NOW,
    email="ada@example.org",
)


@given(st.lists(st.integers(0, 1_800), max_size=60))
def test_no_hour_has_more_mails_than_may_be_and_no_minute_two(waits_s: list[int]) -> None:
    link: Link | None = None
    now, made = NOW, []
    for wait_s in waits_s:
        now += timedelta(seconds=wait_s)
        before, link = link, requested(link, "u_Ada1", now)
        if link is not before:
            assert (link.waiting, link.token_hashes, link.expires_at) == (True, (), now + RESET_LIFE)
            made.append(now)
    assert all(later - sooner >= REQUEST_PAUSE for sooner, later in pairwise(made))
    assert all(sixth - first >= RESET_LIFE for first, sixth in zip(made, made[REQUESTS_AN_HOUR:], strict=False))


def test_a_mail_is_tried_after_1_2_4_seconds_and_then_every_minute() -> None:
    link = requested(None, "u_Ada1", NOW)
    waits = [(put_off_until(replace(link, attempts=n), NOW) - NOW).total_seconds() for n in (1, 2, 3, 6, 7, 8, 10_000)]
    assert waits == [1, 2, 4, 32, 60, 60, 60]


def test_a_renewed_link_keeps_the_newest_tokens() -> None:
    link = Link(INVITATION, "u_Ada1", (NOW,), NOW, NOW, token_hashes=(b"new",))
    old = replace(link, token_hashes=tuple(b"%d" % number for number in range(TOKENS_KEPT)))
    assert renewed(None, link).token_hashes == (b"new",)
    assert renewed(old, link).token_hashes == (*old.token_hashes[1:], b"new")


@pytest.mark.parametrize("token", ["", "x" * 42, "x" * 44, "x" * 42 + "=", "x" * 42 + "\n", "ä" * 43])
def test_what_is_no_token_has_no_hash(token: str) -> None:
    with pytest.raises(Refused) as refused:
        hash_of(token)
    assert refused.value.code == "reset_token_invalid"


def test_the_token_is_in_the_fragment() -> None:
    assert url_of("https://parley.example.org/chat/", "t") == "https://parley.example.org/chat/login#reset=t"


def test_a_name_writes_nothing_of_its_own_into_a_mail() -> None:
    eve = replace(ADA, name='Eve <a href="https://evil.example">\r\n\r\nClick & win')
    mail = mail_of(requested(None, "u_Ada1", NOW), eve, "https://parley.example.org/login#reset=t")
    assert "Hello Eve &lt;a href=&quot;https://evil.example&quot;&gt; Click &amp; win," in mail.html
    assert mail.text.splitlines()[0] == 'Hello Eve <a href="https://evil.example"> Click & win,'
    assert "until 04 March 2026, 06:06 UTC" in mail.text
