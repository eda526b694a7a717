"""Every ask, every field, at both doors: each wrong thing is refused with a code of the closed list, and nothing is kept,
told or given away; the logs do not say what was sent, and the same processes go on."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import aiohttp
import pytest
import yarl
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from contracts.refusals import STATUS
from tests.kit.bad_inputs import CLIENT_ASKS, SECRET, WRONG, BadInput, bad_inputs
from tests.kit.history import Body
from tests.kit.raw_socket import RawSocket
from tests.kit.traces import TRACE, Traces
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, Running

OTHERS_TEXT = "between-elena-and-admin-only"
CODES = frozenset(STATUS) - {"internal", "unavailable", "rate_limited"}
HTTP_AT_ONCE = 16
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud800", "a\0b", "all"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
ASKED = st.tuples(
    st.sampled_from([ask.name for ask in CLIENT_ASKS if ask.socket]),
    st.lists(JSON | st.dictionaries(st.sampled_from(sorted(WRONG)), JSON, max_size=6), max_size=3),
)


@dataclass
class Stage:
    """Sofia, who may do most and sends what is wrong; a group of hers, and what others talk about."""

    url: str
    http: aiohttp.ClientSession
    tokens: dict[str, str]
    ids: dict[str, str]
    traces: Traces
    group: str = ""
    others: str = ""

    def good(self) -> dict[str, Any]:
        """By field, a value that is right."""
        return {
            **{"conversation_id": self.group, "user_id": self.ids["marco"], "notice_id": "n_1", "seq": 1, "limit": 5},
            **{"to": {"conversation_id": self.group}, "client_message_id": "2", "text": SECRET, "token": SECRET},
            **{"name": SECRET, "member_ids": [self.ids["marco"]], "user_ids": [self.ids["marco"]]},
            **{
                "current_password": f"{SECRET}-Current",
                "new_password": f"{SECRET}-New",
                "csv": f"login,name,role\n{SECRET},,",
            },
            **{"login": "ada", "password": f"{SECRET}-Password", "role": "agent"},
            **{"status": "online", "note": SECRET, "q": SECRET, "email": f"{SECRET}@example.org"},
            **{"session_id": "s_1", "import_id": "i_1", "token_id": "t_1"},
        }

    def inputs(self) -> list[BadInput]:
        """Those of the table, and an id of each kind where it is not the asker's."""
        good = self.good()
        others = [
            BadInput(
                ask, {**{name: good[name] for name in ask.request.__struct_fields__ if name in good}, name: to}, what
            )
            for ask in CLIENT_ASKS
            for name, to, what in (
                ("conversation_id", self.others, "others' conversation"),
                ("to", {"conversation_id": self.others}, "others' conversation"),
                ("to", {"user_id": self.ids["sofia"]}, "to herself"),
                ("login", "Marco", "a login that is taken, or not theirs"),
            )
            if name in ask.request.__struct_fields__
        ]
        return [*bad_inputs(good), *others]

    async def over_http(self, one: BadInput) -> str | None:
        """What is wrong with the answer."""
        assert one.ask.route is not None
        method, path = one.ask.route.method, one.ask.route.path
        fields = dict(one.fields)
        for name in [name for name in fields if f"{{{name}}}" in path]:
            path = path.replace(f"{{{name}}}", quote(_text(fields.pop(name)), safe="", errors="surrogatepass"))
        is_get = method == "GET"
        query = "?" + urlencode([(n, _text(v)) for n, v in fields.items()], errors="surrogatepass") if is_get else ""
        url = yarl.URL(f"{self.url}/api/v1{path}{query}", encoded=True)
        body = None if is_get else json.dumps(fields).encode()
        headers = {} if one.ask.open else {"Authorization": f"Bearer {self.tokens['sofia']}"}
        async with self.http.request(method, url, data=body, headers=headers) as answer:
            content = await answer.text()
            if answer.status < 300 and one.may_be_answered and not _leaks(content):
                return None
            said = json.loads(content) if answer.content_type == "application/problem+json" else {}
        code = said.get("code")
        is_right = code in CODES and answer.status == STATUS[code] == said["status"] and not _leaks(content)
        return None if is_right else f"{one}: {answer.status} {content[:300]}"

    async def asked(self, login: str, method: str, path: str, body: Any = None) -> Body:
        headers = {"Authorization": f"Bearer {self.tokens[login]}"}
        async with self.http.request(method, f"{self.url}/api/v1{path}", json=body, headers=headers) as answer:
            assert answer.status < 300, await answer.text()
            said: Body = await answer.json()
        return said

    async def log_in(self, login: str) -> None:
        form = {"login": login, "password": PASSWORD}
        async with self.http.post(f"{self.url}/api/v1/auth/login", json=form) as answer:
            body = await answer.json()
        self.tokens[login], self.ids[login] = body["access_token"], body["user"]["user_id"]

    async def set(self) -> None:
        for login in ("marco", "sofia", "elena", "admin"):
            await self.log_in(login)
        form = {"name": "Ours", "member_ids": [self.ids["marco"]]}
        self.group = (await self.asked("sofia", "POST", "/groups", form))["conversation"]["conversation_id"]
        message = {"to": {"conversation_id": self.group}, "client_message_id": "1", "text": "before"}
        await self.asked("sofia", "POST", "/messages", message)
        message = {"to": {"user_id": self.ids["admin"]}, "client_message_id": "1", "text": OTHERS_TEXT}
        self.others = (await self.asked("elena", "POST", "/messages", message))["message"]["conversation_id"]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return value if isinstance(value, str) else json.dumps(value)


def _leaks(content: str) -> bool:
    return TRACE.search(content) is not None or OTHERS_TEXT in content or PASSWORD in content


@pytest.fixture(scope="module")
def patient_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that is never `rate_limited`, nor busy with hashes, and where nobody else is."""
    running = Running(tmp_path_factory.mktemp("patient"), PARLEY_ASKS_BURST="1000000")
    yield running
    running.stop()


@pytest.fixture
async def stage(patient_cluster: Running) -> AsyncIterator[Stage]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        stage = Stage(patient_cluster.url, http, {}, {}, Traces(patient_cluster.data_dir))
        await stage.set()
        yield stage


class Sockets(NamedTuple):
    sofia: RawSocket
    marco: RawSocket


@pytest.fixture
async def sockets(stage: Stage) -> AsyncIterator[Sockets]:
    """At the end of the test all is as it was at the start, and the logs keep to themselves. Only the audit trail and the
    reports of imports say what was refused; neither repeats it. How far the search index heard the stream is no trace."""
    async with (
        RawSocket(stage.http, stage.url, stage.tokens["sofia"]) as sofia,
        RawSocket(stage.http, stage.url, stage.tokens["marco"]) as marco,
    ):
        seen: list[Any] = []

        async def kept() -> dict[str, Any]:
            history = await stage.asked("sofia", "GET", f"/conversations/{stage.group}/messages")
            kept = await stage.traces.kept()
            trail, _, _ = kept.pop("audit"), kept.pop("imports", None), kept.pop("search_builds", None)
            assert SECRET not in str(trail)
            return {**kept, "stream": await stage.traces.last_seq() - len(trail), "history": history}

        async def is_quiet() -> bool:
            """What is told of who has just come may take a moment on a busy machine."""
            seen[:] = [*seen[-2:], await kept()]
            return len(seen) == 3 and seen[0] == seen[1] == seen[2]

        quiet: Callable[[], bool | Awaitable[bool]] = is_quiet
        await eventually(quiet, every_s=0.6)
        pids = stage.traces.pids()
        yield Sockets(sofia, marco)
        before = seen[-1]
        await eventually(quiet, every_s=0.6)
        after = seen[-1]
        _none(f"{name}: {after[name]} is not {before[name]}" for name in before if after[name] != before[name])
        assert stage.traces.pids() == pids
        _none(stage.traces.faults())
        secrets = [SECRET, OTHERS_TEXT, PASSWORD, *stage.tokens.values()]
        assert stage.traces.told_in_logs(secrets) == []


def _none(faults: Iterable[str]) -> None:
    if lines := list(faults):
        pytest.fail("\n".join(lines), pytrace=False)


async def test_over_http(stage: Stage, sockets: Sockets) -> None:
    inputs = [one for one in stage.inputs() if one.ask.route is not None]
    window = asyncio.Semaphore(HTTP_AT_ONCE)
    already = stage.traces.count_logged()

    async def put(one: BadInput) -> str | None:
        async with window:
            return await stage.over_http(one)

    _none(filter(None, await asyncio.gather(*map(put, inputs))))
    assert stage.traces.count_logged() - already <= len(inputs)


async def test_over_the_socket(stage: Stage, sockets: Sockets) -> None:
    inputs = [one for one in stage.inputs() if one.ask.socket]
    already = stage.traces.count_logged()
    answers = await sockets.sofia.ask_all([(one.ask.name, [json.dumps(one.fields)]) for one in inputs])
    _none(_wrong(inputs, answers))
    assert stage.traces.count_logged() - already <= len(inputs)


@settings(
    max_examples=40,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(asked=st.lists(ASKED, min_size=1, max_size=20))
async def test_over_the_socket_whatever_json(
    stage: Stage, sockets: Sockets, asked: list[tuple[str, list[Any]]]
) -> None:
    answers = await sockets.marco.ask_all([(name, list(map(json.dumps, arguments))) for name, arguments in asked])
    refused = [answer["error"]["code"] for answer in answers if not answer["ok"]]
    assert set(refused) <= CODES
    assert not _leaks(json.dumps(answers))


def _wrong(inputs: Sequence[BadInput], answers: Sequence[Body]) -> list[str]:
    return [
        f"{one}: {answer}"
        for one, answer in zip(inputs, answers, strict=True)
        if not (one.may_be_answered if answer["ok"] else answer["error"]["code"] in CODES) or _leaks(json.dumps(answer))
    ]
