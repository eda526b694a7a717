"""Who was changed lately, as pure state: which tokens from before are good no more."""

from typing import Any

import pytest

from contracts.auth import UserChanged
from contracts.refusals import Refused
from contracts.things import User
from services.gateway.actions.identify import Identify
from services.gateway.domain.identity import Identity, Keys
from services.gateway.doors.sockets.asks import Asks
from services.gateway.rooms import changed_people
from services.gateway.rooms.changed_people import ChangedPeople
from services.gateway.rooms.ended import EndedSessions


def changed(role: str, version: int | None, user_id: str = "u_ada", name: str = "Ada") -> UserChanged:
    return UserChanged(user=User(user_id=user_id, login="ada", name=name, role=role), version=version)


def token(role: str, version: int) -> Identity:
    return Identity(User(user_id="u_ada", login="ada", name="Ada", role=role), "s_1", 0.0, 900.0, version)


@pytest.fixture
def people() -> ChangedPeople:
    return ChangedPeople(900)


def test_a_token_from_before_with_another_role_is_stale(people: ChangedPeople) -> None:
    assert not people.is_stale(token("agent", 1))
    people.note(changed("user", 2))
    assert people.is_stale(token("agent", 1))
    assert not people.is_stale(token("user", 2))
    with pytest.raises(Refused) as refused:
        people.as_now(token("agent", 1))
    assert refused.value.code == "token_expired"


def test_a_token_made_after_a_change_that_is_not_heard_of_yet_is_good(people: ChangedPeople) -> None:
    """Else whoever refreshed at another gateway would be sent away by this one, again and again, until it hears."""
    people.note(changed("user", 2))
    assert not people.is_stale(token("agent", 3))
    assert people.as_now(token("agent", 3)) == token("agent", 3)


def test_a_token_of_auth_from_before_there_were_versions_is_judged_by_its_role(people: ChangedPeople) -> None:
    people.note(changed("user", 2))
    assert people.is_stale(token("agent", 0))
    assert not people.is_stale(token("user", 0))


async def test_what_a_socket_still_asks_is_refused_before_it_is_closed(people: ChangedPeople) -> None:
    class Nobody:
        """Bus, relay, feed and board in one: allows everything, and is asked nothing."""

        def __getattr__(self, name: str) -> Any:
            return lambda *_: None

    class Socket:
        identity = token("agent", 1)
        user_id = "u_ada"

    nobody: Any = Nobody()
    ended = EndedSessions(900)
    asks = Asks(nobody, Identify(nobody, Keys("parley", 900), ended, people), nobody, nobody, nobody, nobody)
    socket: Any = Socket()
    people.note(changed("user", 2))
    assert b'"token_expired"' in await asks(socket, "me.get", (), 0.0)
    ended.note("s_1")
    assert b'"session_ended"' in await asks(socket, "me.get", (), 0.0)


def test_the_newest_counts_in_whatever_order_it_comes(people: ChangedPeople) -> None:
    for each in (changed("admin", 3), changed("user", 2), changed("admin", 3), changed("user", None)):
        people.note(each)
    assert people.is_stale(token("user", 2))
    assert not people.is_stale(token("admin", 1))


def test_a_new_name_is_put_into_an_older_token(people: ChangedPeople) -> None:
    people.note(changed("agent", 2, name="Countess"))
    assert people.as_now(token("agent", 1)).user.name == "Countess"
    assert people.as_now(token("agent", 2)).user.name == "Ada"


def test_a_change_is_forgotten_once_no_token_from_before_lives(
    people: ChangedPeople, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr(changed_people, "monotonic", lambda: now)
    people.note(changed("user", 2))
    now += 950
    people.note(changed("user", 9, "u_grace"))
    assert people.is_stale(token("agent", 1))
    now += 20
    people.note(changed("user", 9, "u_linus"))
    assert not people.is_stale(token("agent", 1))
