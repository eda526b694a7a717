"""Rules of people, as pure functions: who may change what, what an address is, how names are folded."""

from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.bus import PARLEY, Asker
from contracts.auth import UpdateUser
from contracts.names import name_fault
from contracts.refusals import Refused
from contracts.table import EVERYONE
from services.auth.domain.folding import fold
from services.auth.domain.people import Person, as_seen_by, as_user, changed_to, email_fault, may_manage
from services.auth.domain.person_changes import check_change, detail, fields_changed, takes_an_admin, told

ROOT = Asker(user_id="u_root", role="admin")
ADA = Person(
    user_id="u_ada",
    login="ada",
    name="Ada",
    role="agent",
    password_hash=b"hash",
    created_at="2026-01-05T08:30:00.000Z",
    password_changed_at=datetime(2026, 1, 5, tzinfo=UTC),
    email="ada@example.org",
    version=4,
)


def test_who_may_manage_whom() -> None:
    allowed = {
        role: [of for of in EVERYONE if may_manage(role, replace(ADA, role=of))] for role in (*EVERYONE, "parley")
    }
    assert allowed == {"agent": [], "user": ["agent"], "admin": list(EVERYONE), "parley": list(EVERYONE)}
    assert not may_manage("", ADA)


def test_a_change_keeps_what_is_not_named() -> None:
    after = check_change(ROOT, ADA, UpdateUser(user_id="u_ada", role="user"))
    assert after == replace(ADA, role="user")
    assert check_change(ROOT, ADA, UpdateUser(user_id="u_ada", email=" ")).email is None
    assert check_change(PARLEY, ADA, UpdateUser(user_id="u_ada", disabled=True)).disabled


def test_an_address_from_before_there_were_rules_is_in_nobodys_way() -> None:
    old = replace(ADA, email="no address")
    assert check_change(ROOT, old, UpdateUser(user_id="u_ada", name="Countess")).email == "no address"


def test_the_trail_has_no_name_and_no_address() -> None:
    request = UpdateUser(user_id="u_ada", name="Countess", email="c@example.org", role="admin", disabled=True)
    after = check_change(ROOT, ADA, request)
    assert detail(ADA, after) == {"fields": "name, email, role, disabled", "role": "admin", "disabled": "true"}


def test_what_is_told_carries_the_version_that_the_change_makes() -> None:
    ((event, body),) = told(ADA, replace(ADA, disabled=True))
    assert (event.name, body) == ("user.disabled", changed_to(ADA, replace(ADA, disabled=True)))
    assert changed_to(ADA, replace(ADA, name="Countess")).version == 5
    assert told(replace(ADA, disabled=True), ADA) == told(ADA, replace(ADA, name="Countess")) == []


@pytest.mark.parametrize(
    ("before", "after", "is_one_less"),
    [
        ({"role": "admin"}, {"role": "user"}, True),
        ({"role": "admin"}, {"role": "admin", "disabled": True}, True),
        ({"role": "admin"}, {"role": "admin", "name": "A"}, False),
        ({"role": "admin", "disabled": True}, {"role": "user", "disabled": True}, False),
        ({"role": "admin", "password_hash": b""}, {"role": "user", "password_hash": b""}, False),
        ({"role": "user"}, {"role": "admin"}, False),
    ],
)
def test_when_there_is_one_admin_less(before: dict[str, object], after: dict[str, object], is_one_less: bool) -> None:
    assert takes_an_admin(replace(ADA, **before), replace(ADA, **after)) is is_one_less  # type: ignore[arg-type]


def test_a_change_is_of_what_people_see() -> None:
    assert fields_changed(ADA, ADA) == []
    assert {field.name for field in fields(ADA)} >= set(fields_changed(ADA, replace(ADA, name="B", email=None)))


@pytest.mark.parametrize("email", ["ada@example.org", "a.b+c@localhost", "ä@bücher.example", "o'neil@example.org"])
def test_an_address(email: str) -> None:
    assert email_fault(email) is None


ENCODED = (
    "=?utf-8?q?x=0ABcc=3A_boss?=@evil.example",
    "=?utf-8?q?x=0D=0A=0D=0APay_me_now=2C?=@corp.example",
    "=?utf-8?q?boss=40corp.example=2C_x?=@evil.example",
    "a@=?utf-8?q?b?=",
)
"""What a header's reader takes for something else (RFC 2047)."""


@pytest.mark.parametrize(
    "email",
    [
        *(
            "",
            "ada",
            "a@",
            "@b",
            "a@b@c",
            "a b@c",
            "a@b c",
            "a@b,c@d",
            "a@b;c@d",
            "A <a@b>",
            "a@b\n",
            "a\0@b",
            "a@b\u2028c",
        ),
        *ENCODED,
    ],
)
def test_no_address(email: str) -> None:
    assert email_fault(email) is not None
    with pytest.raises(Refused) as refused:
        check_change(ROOT, ADA, UpdateUser(user_id="u_ada", email=f"x{email}y", name="\t", role="boss"))
    assert {"name", "role"} <= set(refused.value.refusal.errors or {})


def test_a_name_fits_on_a_line() -> None:
    for name in ("Nguyễn 李 O’Neil", "می\u200cخواهم", "👩\u200d🚀", "?"):
        assert name_fault(name) is None, ascii(name)
    assert all(map(name_fault, ("", " ", "a\nb", "a\x1b[2J", "x" * 101, "\ud800", "a\u2028b", "a\u2029b", "a\x85b")))


def test_a_name_is_what_is_seen_of_it() -> None:
    for name in ("\u200b\u200b", "\u2060", "\u3164", "\u2800 \u115f", "\ufe0f", "\u00ad", "\U000e0041", "\u0301"):
        assert name_fault(name) == "At least one character that can be seen.", ascii(name)
    for turning in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c":
        assert name_fault(f"Ada{turning}gnp.exe"), ascii(turning)


def test_an_address_is_seen_by_leaders_and_oneself() -> None:
    askers = {role: Asker(user_id="u_x", role=role) for role in (*EVERYONE, "parley", "")}
    seen = [role for role, asker in askers.items() if as_seen_by(asker, as_user(ADA)).email]
    assert seen == ["user", "admin", "parley"]
    assert as_seen_by(Asker(user_id="u_ada", role="agent"), as_user(ADA)).email == ADA.email


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("STRAẞE Straße STRASSE", "strasse strasse strasse"),
        ("IĞDIR iğdır İpek", "igdir igdir ipek"),
        ("SØREN Łęcki Đorđe Þór", "soren lecki dorde thor"),
        ("ÆRØ Œuvre", "aero oeuvre"),
        ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
        ("O’Neil O'Neil", "o'neil o'neil"),
        ("Ｗｉｄｅ ﬁ", "wide fi"),
        ("李 明 Юрий", "李 明 юрии"),
    ],
)
def test_folding(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(), st.text())
def test_a_part_of_a_name_is_a_part_of_it_folded(some: str, rest: str) -> None:
    assert fold(some + rest) == fold(some) + fold(rest)
    assert fold(fold(some)) == fold(some)
