"""The password policy: every rule, the same in Python and JavaScript; what is kept of a history; the days of a password."""

import json
import string
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.settings import SettingsError, read
from contracts.auth import PasswordPolicy
from contracts.refusals import Refused
from deploy.local.node import node
from services.auth.domain.password_age import PasswordAge
from services.auth.domain.password_policy import Policy
from services.auth.domain.people import Person
from services.auth.settings import AuthSettings

SPECIAL = "~!@#$%^&-_=+[{]}"
NAMES = ("INSTANCE", "NATS_URL", "NATS_USER", "NATS_PASSWORD", "MONGO_URL", "MONGO_DATABASE", "REDIS_URL")
ENVIRONMENT = {f"PARLEY_{name}": "x" for name in NAMES}
LENGTH, LOWER, UPPER, DIGIT, ONE_OF = (
    "At least 8 characters.",
    "At least one lowercase letter, a to z.",
    "At least one uppercase letter, A to Z.",
    "At least one digit.",
    "At least one of ~!@#$%^&-_=+[{]}.",
)
BYTES = "At most 72 bytes."
AT = datetime(2026, 1, 1, tzinfo=UTC)


def settings(**changed: Any) -> AuthSettings:
    return read(
        AuthSettings, ENVIRONMENT | {f"PARLEY_PASSWORD_{name.upper()}": str(of) for name, of in changed.items()}
    )


def policy(**changed: Any) -> Policy:
    return msgspec.convert(settings(**changed), Policy, from_attributes=True)


def person(**changed: Any) -> Person:
    of = {"user_id": "u_1", "login": "ada", "name": "Ada", "role": "agent", "password_hash": b"0", "created_at": "2026"}
    return Person(**({"password_changed_at": AT} | of | changed))


@pytest.mark.parametrize(
    ("password", "faults"),
    [
        ("Parley-2026", []),
        ("Aa1-567", [LENGTH]),
        ("Aa1-5678", []),
        ("PARLEY-2026", [LOWER]),
        ("parley-2026", [UPPER]),
        ("Parley-MMXX", [DIGIT]),
        ("Parley2026", [ONE_OF]),
        ("Parley.2026", [ONE_OF]),
        ("", [LENGTH, LOWER, UPPER, DIGIT, ONE_OF]),
        ("pass", [LENGTH, UPPER, DIGIT, ONE_OF]),
        ("Ä٣é-5678", [LOWER, UPPER]),
        ("Aa-٣٣٣٣٣", [DIGIT]),
        ("Aa1-" + "x" * 68, []),
        ("Aa1-" + "x" * 69, [BYTES]),
        ("Aa1-" + "é" * 34, []),
        ("Aa1-x" + "é" * 34, [BYTES]),
        ("Aa1-" + "😀" * 17, []),
        ("Aa1-" + "😀" * 18, [BYTES]),
        ("x" * 73, [UPPER, DIGIT, ONE_OF, BYTES]),
        ("Parley-\x002026", ["Not with a NUL in it."]),
        ("Parley-\x002026" + "x" * 80, [BYTES, "Not with a NUL in it."]),
        ("Parley\n-2026", []),
    ],
)
def test_every_rule_that_is_not_met_is_named(password: str, faults: list[str]) -> None:
    assert policy().faults(password) == faults
    if faults:
        with pytest.raises(Refused) as caught:
            policy().check(password, "new_password")
        assert caught.value.code == "password_policy"
        assert caught.value.refusal.errors == {"new_password": faults}


def test_these_characters_are_special_and_no_others() -> None:
    special = [c for c in map(chr, range(1, 0x3000)) if not policy().faults(f"Parley2026{c}")]
    assert "".join(sorted(special)) == "".join(sorted(SPECIAL))


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"], include_characters="aA1-"), max_size=80),
    st.fixed_dictionaries({name: st.booleans() for name in ("lowercase", "uppercase", "digit", "special")}),
    st.integers(1, 72),
)
def test_settings_say_which_rules_there_are(password: str, wanted: dict[str, bool], length_min: int) -> None:
    classes = (
        ("lowercase", string.ascii_lowercase),
        ("uppercase", string.ascii_uppercase),
        ("digit", string.digits),
        ("special", SPECIAL),
    )
    password = password.replace("\0", "x")
    unmet = {name for name, characters in classes if wanted[name] and not set(password) & set(characters)}
    unmet |= {"min_length"} if len(password) < length_min else set()
    unmet |= {"max_bytes"} if len(password.encode()) > 72 else set()
    made = policy(length_min=length_min, **wanted)
    said = made.faults(password)
    assert {rule.code for rule in made.data(reset_available=False).rules if rule.message in said} == unmet
    assert len(said) == len(unmet)


def test_without_a_policy_only_what_bcrypt_reads_is_a_rule() -> None:
    off = policy(policy_enabled=False)
    assert [off.faults(one) for one in ("x", "", "x" * 72, "é" * 37)] == [[], ["At least one character."], [], [BYTES]]
    data = off.data(reset_available=False)
    assert (data.enabled, [rule.code for rule in data.rules]) == (False, ["max_bytes"])
    assert (data.max_age_days, data.warn_days, data.history) == (0, 0, 0)
    assert off.age().refusal(person(), AT + timedelta(days=9_999)) is None


def test_the_example_in_the_contract_is_the_policy_by_default() -> None:
    examples = Path(__file__).parents[3] / "contracts" / "golden" / "asks.json"
    example = json.loads(examples.read_text())["auth.password_policy"]["answer"]
    assert policy().data(reset_available=True) == msgspec.convert(example, PasswordPolicy)


def test_a_page_finds_what_we_find() -> None:
    """The patterns, in the official engine, with the flags a page may use and those of a form's `pattern`."""
    passwords = [
        "",
        "Parley-2026",
        "parley",
        "A1~",
        "ÄÉ٣",
        "Aa1-😀😀😀😀",
        "a" * 7,
        "\n" * 8,
        *SPECIAL,
        *".:;/\\|()<>,'\"`*?",
    ]
    rules = [rule for rule in policy().data(reset_available=False).rules if rule.pattern]
    script = "const [p, w] = JSON.parse(process.argv[1]);" + (
        "console.log(JSON.stringify(['u', 'v'].map(f => w.map(one => p.map(r => new RegExp(r, f).test(one))))))"
    )
    asked = json.dumps([[rule.pattern for rule in rules], passwords])
    said = subprocess.run(
        [str(node().path), "-e", script, asked], capture_output=True, check=True, timeout=30, text=True
    )
    ours = [[rule.message not in policy().faults(password) for rule in rules] for password in passwords]
    assert json.loads(said.stdout) == [ours, ours]


@pytest.mark.parametrize(
    "bad",
    [
        *({"length_min": n} for n in (0, 73, -1, "many")),
        *({"history": n} for n in (0, 13)),
        *({"max_age_days": n} for n in (-1, 3_651, 0.5)),
        *({"warn_days": n} for n in (-1, 366)),
        {"digit": "perhaps"},
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=f"PARLEY_PASSWORD_{next(iter(bad)).upper()}"):
        settings(**bad)


@pytest.mark.parametrize("history", [1, 2, 5, 12])
def test_a_history_holds_as_many_as_it_says_the_current_one_included(history: int) -> None:
    made, ada = policy(history=history), person()
    for number in range(1, 20):
        ada = replace(ada, former_hashes=made.kept(ada), password_hash=b"%d" % number)
        latest = [b"%d" % one for one in range(number, -1, -1)][:history]
        assert made.barred(ada) == latest
        assert len(ada.former_hashes) <= history - 1


def test_a_history_may_grow_and_shrink_and_be_switched_off() -> None:
    ada = person(password_hash=b"9", former_hashes=tuple(b"%d" % one for one in range(8, 0, -1)))
    assert policy(history=2).barred(ada) == [b"9", b"8"]
    assert policy(history=2).kept(ada) == (b"9",)
    assert len(policy(history=12).barred(ada)) == 9
    off = policy(policy_enabled=False, history=4)
    assert (off.barred(ada), off.kept(ada)) == ([], (b"9", b"8", b"7"))
    assert off.barred(replace(ada, must_change=True)) == [b"9"]


def test_who_has_no_password_yet_repeats_none() -> None:
    nobody = person(password_hash=b"")
    assert policy(history=3).barred(nobody) == []
    assert policy(history=3).kept(nobody) == ()


@pytest.mark.parametrize(
    ("days", "seconds", "left"),
    [
        (0, 0, None),
        (74, 0, None),
        (75, -1, None),
        (75, 0, 15),
        (75, 1, 15),
        (76, 0, 14),
        (88, 1, 2),
        (89, 0, 1),
        (90, -1, 1),
        (90, 0, 0),
        (90, 1, 0),
        (91, 0, 0),
        (-1, 0, None),
    ],
)
def test_the_days_of_a_password(days: int, seconds: int, left: int | None) -> None:
    """`left` None: nothing is said yet; 0: it has expired."""
    age, now = PasswordAge(90, 15), AT + timedelta(days=days, seconds=seconds)
    refused, notices = age.refusal(person(), now), age.notices(person(), now)
    assert [notice.days_left for notice in notices] == ([left] if left else [])
    assert (refused is not None) == (left == 0)
    if refused is not None:
        assert (refused.code, refused.refusal.message) == (
            "password_expired",
            "Your password is older than 90 days: change it, then log in.",
        )


def test_a_password_that_was_set_says_so_whatever_its_age() -> None:
    for age in (PasswordAge(90, 15), PasswordAge(0, 15)):
        refused = age.refusal(person(must_change=True), AT)
        assert refused is not None and refused.code == "password_expired"
        assert "was set for you" in refused.refusal.message


def test_no_age_at_all_means_for_ever() -> None:
    age, later = PasswordAge(0, 15), AT + timedelta(days=100_000)
    assert age.refusal(person(), later) is None and age.notices(person(), later) == []
