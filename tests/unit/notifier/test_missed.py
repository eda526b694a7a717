"""When a mail of what was missed is due, and what is in it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.clock import rfc3339
from contracts.notifier import OfConversation, QuietHours, SetPreferences
from contracts.presence import Absence
from contracts.refusals import Refused
from services.notifier.actions.gather_missed import CONSIDERED_MAX
from services.notifier.domain.mails import composed
from services.notifier.domain.missed import due_at, mail_id_of, told_then
from services.notifier.domain.missed_mail import MissedIn, missed_mail
from services.notifier.domain.preferences import check, quiet_until

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
AFTER, EVERY = timedelta(minutes=10), timedelta(minutes=30)
HERE_NEVER = Absence(user_id="ada")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def quiet(begin: str, end: str, zone: str = "Europe/Rome", *, on: bool = True) -> QuietHours:
    return QuietHours(on=on, begin=begin, end=end, time_zone=zone)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-04T20:59:59+00:00", None),  # 21:59:59 in Rome
        ("2026-03-04T21:00:00+00:00", "2026-03-05T06:30:00+00:00"),
        ("2026-03-05T06:29:59+00:00", "2026-03-05T06:30:00+00:00"),
        ("2026-03-05T06:30:00+00:00", None),
        ("2026-03-28T23:00:00+00:00", "2026-03-29T05:30:00+00:00"),  # the clocks go forward in that night
        ("2026-10-24T22:00:00+00:00", "2026-10-25T06:30:00+00:00"),  # and back
    ],
)
def test_quiet_hours_over_midnight(now: str, until: str | None) -> None:
    assert quiet_until(at(now), quiet("22:00", "07:30")) == (at(until) if until else None)


def test_quiet_hours_within_a_day_and_none() -> None:
    assert quiet_until(NOW, quiet("12:00", "14:00")) == at("2026-03-04T13:00:00+00:00")
    assert quiet_until(NOW, quiet("14:00", "15:00")) is None
    assert quiet_until(NOW, quiet("12:00", "14:00", on=False)) is None
    assert quiet_until(NOW, None) is None


@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)),
    st.times(),
    st.times(),
    st.sampled_from(
        ["UTC", "Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca"]
    ),
)
def test_quiet_hours_end_within_about_a_day(now: datetime, begin: object, end: object, zone: str) -> None:
    hours = quiet(str(begin)[:5], str(end)[:5], zone)
    if hours.begin != hours.end and (until := quiet_until(now, hours)) is not None:
        assert now <= until <= now + timedelta(hours=26)


def test_it_is_due_when_all_of_it_is_over() -> None:
    assert due_at(NOW, HERE_NEVER, None, None, AFTER, EVERY) == NOW
    assert due_at(NOW, HERE_NEVER, None, NOW - timedelta(minutes=10), AFTER, EVERY) == NOW + timedelta(minutes=20)
    left = Absence(user_id="ada", last_seen_at=rfc3339(NOW - timedelta(minutes=4)))
    assert due_at(NOW, left, None, None, AFTER, EVERY) == NOW + timedelta(minutes=6)
    alone = Absence(user_id="ada", do_not_disturb=True, until=rfc3339(NOW + timedelta(hours=1)))
    assert due_at(NOW, alone, None, None, AFTER, EVERY) == NOW + timedelta(hours=1)
    assert due_at(NOW, alone, quiet("13:30", "15:00"), None, AFTER, EVERY) == NOW + timedelta(hours=2)
    assert due_at(NOW, Absence(user_id="ada", do_not_disturb=True), None, None, AFTER, EVERY) is None


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (SetPreferences(language="fr"), "language"),
        (SetPreferences(quiet_hours=quiet("24:00", "07:00")), "quiet_hours"),
        (SetPreferences(quiet_hours=quiet("7:00", "08:00")), "quiet_hours"),
        (SetPreferences(quiet_hours=quiet("07:00", "07:00")), "quiet_hours"),
        (SetPreferences(quiet_hours=quiet("07:00", "08:00", "Europe/Nowhere")), "quiet_hours"),
        (SetPreferences(quiet_hours=quiet("07:00", "08:00", "../../etc/passwd")), "quiet_hours"),
        (SetPreferences(quiet_hours=quiet("07:00", "08:00", "Europe")), "quiet_hours"),
        (SetPreferences(quiet_hours=quiet("07:00", "08:00", "")), "quiet_hours"),
        (SetPreferences(conversations=[OfConversation(conversation_id="g_1", mail="some")]), "conversations"),
        (SetPreferences(conversations=[OfConversation(conversation_id="a.b", mail="all")]), "conversations"),
        (SetPreferences(conversations=[OfConversation(conversation_id="g_1", mail="all")] * 501), "conversations"),
    ],
)
def test_what_is_no_preference(request_: SetPreferences, field: str) -> None:
    with pytest.raises(Refused) as refused:
        check(request_)
    assert refused.value.code == "invalid"
    assert list(refused.value.refusal.errors or {}) == [field]


@given(st.text(max_size=100), st.text(max_size=100), st.text(max_size=300), st.sampled_from(["en", "it"]))
def test_no_name_and_no_text_gets_into_a_header(name: str, group: str, text: str, language: str) -> None:
    missed = [
        MissedIn(
            name=group, path="/c/g_1", is_direct=is_direct, count=1, is_more=False, senders=[name], texts=[(name, text)]
        )
        for is_direct in (True, False)
    ]
    sent = missed_mail("ada@example.org", name, missed, language, "https://parley.example", EVERY)
    mail = composed(sent, "Parley <parley@example.org>", "missed_1", NOW)
    written = mail.as_bytes()
    head = written.partition(b"\r\n\r\n")[0]
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type"]
    )
    assert all(b":" in line or line[:1] in b" \t" for line in head.split(b"\r\n"))


def test_the_same_mail_has_the_same_id() -> None:
    assert mail_id_of("ada", {"a": 1, "b": 2}) == mail_id_of("ada", {"b": 2, "a": 1})
    assert len({mail_id_of("ada", {"a": 1}), mail_id_of("ada", {"a": 2}), mail_id_of("eve", {"a": 1})}) == 3


def test_all_that_one_mail_tells_is_kept() -> None:
    """Of a mail of more than 200 conversations the first ones were forgotten, and mailed again with the next message there."""
    told = {f"g_{number}": 1 for number in range(CONSIDERED_MAX)}
    assert told_then({"g_before": 1}, told) == {"g_before": 1, **told}


def test_what_was_told_is_bounded() -> None:
    told = told_then({f"g_{number}": 1 for number in range(5_000)}, {"g_7": 9, "g_new": 3})
    assert len(told) == 5_000
    assert (told["g_7"], told["g_new"]) == (9, 3)
    assert "g_0" not in told
