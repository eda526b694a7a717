"""Logins are ASCII and different from one another, whatever people call themselves."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from bench.replay.logins import make_logins


def test_names_are_transliterated() -> None:
    assert make_logins(["Ren\u00e9e", "[guru]", "a b|c"], "r1") == {
        "Ren\u00e9e": "r1.renee",
        "[guru]": "r1.guru",
        "a b|c": "r1.a-b-c",
    }


def test_names_that_clash_get_a_number() -> None:
    logins = make_logins(["Ada", "ADA", "ada_", "ada-2"], "r1")
    assert list(logins.values()) == ["r1.ada", "r1.ada-2", "r1.ada-3", "r1.ada-2-2"]


def test_a_name_without_ascii_letters_is_a_person() -> None:
    assert list(make_logins(["\u6f22\u5b57", "^^"], "r1").values()) == ["r1.person", "r1.person-2"]


@given(st.lists(st.text(min_size=1), unique=True))
def test_every_name_has_a_login_of_its_own(names: list[str]) -> None:
    logins = make_logins(names, "r1")
    assert list(logins) == names
    assert len({login.lower() for login in logins.values()}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9._-]{3,64}", login) for login in logins.values())
