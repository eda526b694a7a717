"""No two outsiders share a consumer, whatever their logins and the names of their connections are."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from contracts.outsiders import consumers_of
from services.auth.domain.outsiders import name_of
from services.auth.domain.people import SERVICE, Person

ID = "u_A1b2C3d4E5f6G7h8"


def _person(login: str, user_id: str) -> Person:
    return Person(user_id, login, "Name", "agent", b"", "", datetime(2026, 1, 1, tzinfo=UTC), kind=SERVICE)


def test_a_connection_of_u_is_not_called_as_somebody_is() -> None:
    """The consumer of the login u and the connection A1b2… was that of whoever has this id and a login with a dot."""
    mine = consumers_of(name_of(_person("u", "u_Z9y8X7w6V5u4T3s2")), ID.removeprefix("u_"))
    theirs = consumers_of(name_of(_person("a.b", ID)), "")
    assert not {*mine} & {*theirs}


@given(st.from_regex(r"[a-z0-9-]{1,5}", fullmatch=True), st.from_regex(r"[A-Za-z0-9-]{0,20}", fullmatch=True))
def test_those_of_a_login_are_not_those_of_an_id(login: str, connection: str) -> None:
    mine = consumers_of(name_of(_person(login, "u_Z9y8X7w6V5u4T3s2")), connection)
    assert not {*mine} & {*consumers_of(name_of(_person("a.b", ID)), "x")}
