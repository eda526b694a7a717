"""Tokens of every strange form, at the three places that take one: the header, the connect, `session.refresh`. Those made
with the real key show that it is the rule which refuses them, and not a wrong signature."""

import base64
import json
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.kit.raw_socket import RawSocket
from tests.kit.traces import TRACE, Traces
from tests.stories.conftest import Enter, Running

SEGMENT = base64.urlsafe_b64encode(b'{"a":' * 500 + b"1" + b"}" * 500).rstrip(b"=").decode()
Claims = dict[str, Any]


class Forge:
    """Makes tokens as auth does, from the claims and the header of a true one."""

    def __init__(self, true: str, key: Ed25519PrivateKey, jwk: dict[str, str]) -> None:
        self.true = true
        self.jwk = jwk
        self._key = key
        self._kid = jwt.get_unverified_header(true)["kid"]
        self._claims: Claims = jwt.decode(true, options={"verify_signature": False})

    def token(
        self, changed: Claims | None = None, *, without: str = "", kid: str = "", key: Ed25519PrivateKey | None = None
    ) -> str:
        body = {name: value for name, value in {**self._claims, **(changed or {})}.items() if name != without}
        return jwt.encode(body, key or self._key, algorithm="EdDSA", headers={"kid": kid or self._kid})

    def unsigned(self, alg: str = "none") -> str:
        return ".".join((_part({"alg": alg, "typ": "JWT", "kid": self._kid}), _part(self._claims), ""))

    def signed_with_the_public_key(self) -> str:
        secret = base64.urlsafe_b64decode(self.jwk["x"] + "==")
        return jwt.encode(self._claims, secret, algorithm="HS256", headers={"kid": self._kid})

    def strange(self) -> Iterator[tuple[str, str, str]]:
        """What it is, the token, and the code it gets."""
        head, body, signature = self.true.split(".")
        another = Ed25519PrivateKey.generate()
        yield "expired", self.token({"exp": time.time() - 1}), "token_expired"
        yield "expired long ago", self.token({"exp": 0}), "token_expired"
        for name in ("exp", "iat", "sub", "sid", "role", "iss"):
            yield f"without {name}", self.token(without=name), "token_invalid"
        for changed in ({"exp": "soon"}, {"iss": "another"}, {"nbf": time.time() + 900}, {"sub": 7}):
            yield f"with {changed}", self.token(changed), "token_invalid"
        yield "another's key", self.token(key=another), "token_invalid"
        yield "an unknown kid", self.token(kid="another", key=another), "token_invalid"
        yield "a path as kid", self.token(kid="../../dev/null"), "token_invalid"
        yield "a number as kid", ".".join((_part({"alg": "EdDSA", "kid": 7}), body, signature)), "token_invalid"
        yield "a list as kid", ".".join((_part({"alg": "EdDSA", "kid": ["a"]}), body, signature)), "token_invalid"
        yield "no kid", ".".join((_part({"alg": "EdDSA"}), body, signature)), "token_invalid"
        yield "its own key", ".".join((_part({"alg": "EdDSA", "jwk": self.jwk}), body, signature)), "token_invalid"
        yield "alg none", self.unsigned(), "token_invalid"
        yield "alg None", self.unsigned("None"), "token_invalid"
        yield "HS256 with the public key", self.signed_with_the_public_key(), "token_invalid"
        yield "another body", f"{head}.{_part({**self._claims, 'role': 'admin'})}.{signature}", "token_invalid"
        yield "no signature", f"{head}.{body}.", "token_invalid"
        yield "half a signature", self.true[:-40], "token_invalid"
        yield "two parts", f"{head}.{body}", "token_invalid"
        yield "four parts", f"{self.true}.{signature}", "token_invalid"
        yield "five parts", ".".join([head] * 5), "token_invalid"
        yield "dots", "..", "token_invalid"
        yield "a header that is a list", f"{_part([])}.{body}.{signature}", "token_invalid"
        yield "a deep header", f"{SEGMENT}.{body}.{signature}", "token_invalid"
        yield "very long", "x" * 8_000, "token_invalid"
        yield "very long, and true in front", self.true + "x" * 5_000, "token_invalid"
        yield "not ASCII", "é.ü.ø", "token_invalid"
        yield "true, and not ASCII", f"{self.true}é", "token_invalid"


@pytest.fixture
async def forge(cluster: Running, enter: Enter) -> AsyncIterator[Forge]:
    """With Marco's token. No token that was made is in a log at the end, nor is a fault; the processes are the same."""
    marco = await enter("marco")
    traces = Traces(cluster.data_dir)
    pids = traces.pids()
    key = Ed25519PrivateKey.from_private_bytes((await traces.kept())["keys"]["set.1"]["private"])
    async with aiohttp.ClientSession() as http, http.get(f"{cluster.url}/.well-known/jwks.json") as answer:
        jwk = (await answer.json())["keys"][0]
    forge = Forge(await marco.session.fresh_token(), key, jwk)
    yield forge
    assert traces.told_in_logs([token for _, token, _ in forge.strange() if len(token) > 9]) == []
    assert traces.faults() == []
    assert traces.pids() == pids


async def test_in_the_header(cluster: Running, forge: Forge) -> None:
    url = f"{cluster.url}/api/v1/me"
    wrong = []
    async with aiohttp.ClientSession() as http:
        for what, token, code in forge.strange():
            async with http.get(url, headers={"Authorization": f"Bearer {token}"}) as answer:
                said = await answer.json(content_type="application/problem+json")
                if (answer.status, said["code"]) != (401, code) or TRACE.search(said["message"]):
                    wrong.append(f"{what}: {answer.status} {said}")
                assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        async with http.get(url, headers={"Authorization": f"Bearer {forge.token()}"}) as answer:
            assert answer.status == 200
    assert wrong == []


async def test_a_header_of_another_form(cluster: Running, forge: Forge) -> None:
    true = forge.true
    forms = (
        *("", " ", "Bearer", "Bearer ", "Bearer  ", "Bearer\t", "Basic bWFyY286eA==", true, f"Token {true}"),
        *(f"Bearer {true} x", f"Bearer {true}, Bearer {true}", f"Bearer,{true}", f"Bearer: {true}"),
    )
    async with aiohttp.ClientSession() as http:
        for form in forms:
            async with http.get(f"{cluster.url}/api/v1/me", headers={"Authorization": form}) as answer:
                said = await answer.json(content_type="application/problem+json")
            assert (form, answer.status, said["code"]) == (form, 401, "unknown_authorization_format")


async def test_two_headers(cluster: Running, forge: Forge) -> None:
    """Which of them a proxy would believe is not known, so neither is believed."""
    async with aiohttp.ClientSession() as http:
        for first, second in ((forge.true, "made.up.token"), ("made.up.token", forge.true), (forge.true, forge.true)):
            headers = [("Authorization", f"Bearer {first}"), ("Authorization", f"Bearer {second}")]
            async with http.get(f"{cluster.url}/api/v1/me", headers=headers) as answer:
                said = await answer.json(content_type=None)
            assert (answer.status, said.get("code")) == (401, "unknown_authorization_format")


async def test_at_the_connect(cluster: Running, forge: Forge) -> None:
    wrong = []
    strange = [(what, json.dumps({"token": token}), code) for what, token, code in forge.strange()]
    no_tokens: tuple[Any, ...] = (
        7,
        True,
        [],
        {},
        [forge.true],
        "\ud800",
        "a\0b",
        " ",
        f"Bearer {forge.true}",
        f" {forge.true}",
    )
    for token in no_tokens:
        strange.append((f"token {token!r}", json.dumps({"token": token}), "token_invalid"))
    for auth in ("", "{}", "[]", "null", '"text"', "7", '{"token":null}', '{"token":""}'):
        strange.append((f"auth {auth}", auth, "unknown_authorization_format"))
    async with aiohttp.ClientSession() as http:
        for what, auth, code in strange:
            async with RawSocket(http, cluster.url) as raw:
                try:
                    refused = await raw.connect(auth)
                except (ConnectionError, TimeoutError) as error:
                    wrong.append(f"{what}: {error!r}")
                    continue
                if refused["code"] != code or TRACE.search(json.dumps(refused)):
                    wrong.append(f"{what}: {refused}")
    assert wrong == []


async def test_at_the_refresh_of_a_live_socket(cluster: Running, enter: Enter, forge: Forge) -> None:
    elenas = await (await enter("elena")).session.fresh_token()
    strange = [
        *forge.strange(),
        ("another's token", elenas, "token_invalid"),
        ("another session", forge.token({"sid": "s_1"}), "token_invalid"),
    ]
    async with aiohttp.ClientSession() as http, RawSocket(http, cluster.url, forge.true) as raw:
        answers = await raw.ask_all([("session.refresh", [json.dumps({"token": token})]) for _, token, _ in strange])
        wrong = [
            f"{what}: {answer}"
            for (what, _, code), answer in zip(strange, answers, strict=True)
            if answer["ok"] or answer["error"]["code"] != code
        ]
        assert wrong == []
        assert (await raw.ask("me.get", "{}"))["user"]["login"] == "marco"
        assert (await raw.ask("session.refresh", json.dumps({"token": forge.token()})))["ok"]


async def test_one_kind_of_token_is_not_the_other(cluster: Running, forge: Forge, enter: Enter) -> None:
    refresh = (await (await enter("jonas")).session.log_in())["refresh_token"]
    async with aiohttp.ClientSession(cluster.url) as http:
        async with http.get("/api/v1/me", headers={"Authorization": f"Bearer {refresh}"}) as answer:
            assert (await answer.json(content_type=None))["code"] == "token_invalid"
        async with RawSocket(http, cluster.url) as raw:
            assert (await raw.connect(json.dumps({"token": refresh})))["code"] == "token_invalid"
        for ask in ("refresh", "logout"):
            for token in (
                forge.true,
                f"{refresh}x",
                refresh[:-1],
                refresh.replace(".1.", ".2."),
                "é",
                "a\0b",
                "x" * 9_000,
            ):
                async with http.post(f"/api/v1/auth/{ask}", json={"refresh_token": token}) as answer:
                    assert (await answer.json(content_type=None))["code"] == "token_invalid"
            async with http.post(f"/api/v1/auth/{ask}", cookies={"parley_refresh": forge.true}) as answer:
                assert (await answer.json(content_type=None))["code"] == "token_invalid"
        async with http.post("/api/v1/auth/refresh", json={"refresh_token": refresh}) as answer:
            assert answer.status == 200


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()
