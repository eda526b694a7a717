"""A token signed with a key that is new here: the key is fetched, once for all who need it."""

import asyncio
import json
import time
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from structlog.testing import capture_logs

from contracts.auth import Keys as PublishedKeys
from contracts.refusals import Refused
from services.gateway.actions.identify import Identify
from services.gateway.domain.identity import Keys
from services.gateway.rooms.changed_people import ChangedPeople
from services.gateway.rooms.ended import EndedSessions

ISSUER = "parley"


class Auth:
    """Publishes one key, slowly, and counts how often it was asked."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.asked = 0
        self.is_away = False

    def token(self, kid: str = "k1", good_s: float = 60) -> str:
        now = time.time()
        claims = {"iss": ISSUER, "sub": "u_ada", "sid": "s_1", "role": "agent", "iat": now, "exp": now + good_s}
        return jwt.encode(claims, self._key, algorithm="EdDSA", headers={"kid": kid})

    async def ask(self, *_: Any) -> PublishedKeys:
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.is_away:
            raise Refused("unavailable", "auth is away")
        public: Any = json.loads(OKPAlgorithm.to_jwk(self._key.public_key()))
        return PublishedKeys(keys=[{**public, "kid": "k1"}])


@pytest.fixture
def auth() -> Auth:
    return Auth()


@pytest.fixture
def identify(auth: Auth) -> Identify:
    return Identify(auth, Keys(ISSUER, 900), EndedSessions(900), ChangedPeople(900))  # type: ignore[arg-type]


async def test_all_who_come_at_once_with_a_new_key_are_known(auth: Auth, identify: Identify) -> None:
    identities = await asyncio.gather(*(identify(auth.token()) for _ in range(5)))
    assert {one.user.user_id for one in identities} == {"u_ada"}
    assert auth.asked == 1


async def test_while_auth_is_away_a_new_key_is_not_called_wrong(auth: Auth, identify: Identify) -> None:
    auth.is_away = True
    with pytest.raises(Refused) as refused:
        await identify(auth.token())
    assert refused.value.code == "unavailable"
    auth.is_away = False
    assert (await identify(auth.token())).user.user_id == "u_ada"


async def test_a_token_that_outlives_what_is_remembered_here_is_refused_and_loud(
    auth: Auth, identify: Identify
) -> None:
    """Where auth was told of longer tokens than the gateways, those of ended sessions were good again after a while."""
    assert (await identify(auth.token(good_s=900))).user.user_id == "u_ada"
    with capture_logs() as logs:
        for good_s in (902, 3600):
            with pytest.raises(Refused) as refused:
                await identify(auth.token(good_s=good_s))
            assert refused.value.code == "token_invalid"
    (line,) = logs
    assert (line["event"], line["log_level"], line["access_token_s"]) == ("token.too_long", "warning", 900)


async def test_made_up_keys_are_no_questions_to_auth(auth: Auth, identify: Identify) -> None:
    await identify(auth.token())
    for number in range(20):
        with pytest.raises(Refused) as refused:
            await identify(auth.token(f"made-up-{number}"))
        assert refused.value.code == "token_invalid"
    assert auth.asked == 1
