"""What a hostile client sends: packets and requests that were right once, mutated, in any order; as Hypothesis strategies."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from hypothesis import strategies as st

from tests.kit.bad_inputs import CLIENT_ASKS, WRONG

TOKEN = "%TOKEN%"
"""Where whoever sends puts a good one."""
RESERVED = (
    "connect",
    "disconnect",
    "connect_error",
    "message",
    "error",
    "ping",
    "*",
    "__proto__",
    "ready",
    "message.sent",
)
NAMES = st.sampled_from([*(ask.name for ask in CLIENT_ASKS), *RESERVED])
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["all", "\ud800", "a\0b", "$where", "x" * 5_000, "../.."]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.dictionaries(st.sampled_from(sorted(WRONG)), JSON, max_size=6)
ODD = st.sampled_from(
    ["\0", "\x1e", "\ud7ff", "\u202e", "9" * 400, "[" * 400, '"', "\\", "{", "}", "/", ",", "-", "b", "_placeholder"]
)


@st.composite
def asks(draw: st.DrawFn) -> str:
    number = draw(st.sampled_from(["", "0", "17", "9" * 30, "-1"]))
    arguments = [draw(NAMES), *draw(st.lists(FIELDS | JSON, max_size=2))]
    return f"42{number}{json.dumps(arguments)}"


PACKETS = st.one_of(
    asks(),
    asks(),
    st.sampled_from(
        [
            *("2", "3", "2probe", "3probe", "5", "6", "1", "0{}", "4", "40", "41", "41/,", "40/admin,", "40{}"),
            *(
                '40{"token":"%TOKEN%"}',
                '40{"token":"%TOKEN%","cursor":"x-1"}',
                '40{"token":7}',
                "40[]",
                "43[]",
                "430[1]",
            ),
            *('44{"message":"no"}', '451-["me.get",{"_placeholder":true,"num":0}]', "46", "460[]", "42[]", "42{}"),
        ]
    ),
    st.text(max_size=40),
)


@st.composite
def mutated(draw: st.DrawFn, whole: st.SearchStrategy[str]) -> str:
    """Now and then as it was."""
    text = draw(whole)
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, max(0, len(text))))
        end = min(len(text), start + draw(st.integers(0, 12)))
        match draw(st.sampled_from(["cut", "insert", "double", "break off", "swap"])):
            case "cut":
                text = text[:start] + text[end:]
            case "insert":
                text = text[:start] + draw(ODD) + text[start:]
            case "double":
                text = text[:end] + text[start:]
            case "break off":
                text = text[:start]
            case "swap":
                text = text[start:] + text[:start]
    return text


class Frame(NamedTuple):
    """A WebSocket frame; `times` in a row."""

    text: str
    is_binary: bool
    times: int


FRAMES = st.builds(Frame, mutated(PACKETS), st.sampled_from([False] * 9 + [True]), st.sampled_from([1] * 9 + [40]))
VISITS = st.tuples(st.booleans() | st.just(True), st.lists(FRAMES, min_size=1, max_size=12))
"""Whether it connects properly first, and what it sends then."""

HEADERS = st.sampled_from(
    [
        "Authorization: Bearer %TOKEN%",
        "Authorization: Bearer x.y.z",
        "Authorization: Basic eA==",
        "Content-Type: application/json",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: text/csv",
        "Content-Encoding: gzip",
        "Content-Encoding: br",
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
        "Upgrade: websocket",
        "Cookie: parley_refresh=x",
        "X-Forwarded-For: ::1, x",
        "Origin: null",
        "Range: bytes=0-",
    ]
)


@st.composite
def requests(draw: st.DrawFn) -> str:
    """As text; whoever sends it puts `Content-Length` where there is a body."""
    ask = draw(st.sampled_from([each for each in CLIENT_ASKS if each.route is not None]))
    assert ask.route is not None
    method = draw(
        st.sampled_from([ask.route.method] * 6 + ["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
    )
    path = re.sub(
        r"{\w+}",
        lambda _: draw(st.sampled_from(["u_1", "d_1", "0", "-1", "9" * 30, "%00", "..", "%ff", "a%20b"])),
        ask.route.path,
    )
    query = draw(
        st.sampled_from(
            ["", "", "?limit=1", "?limit=-1", "?cursor=W10", "?q=%00", "?limit=1&limit=2", "?" + "x" * 3_000]
        )
    )
    lines = [f"{method} /api/v1{path}{query} HTTP/1.1", "Host: parley", "Connection: close"]
    lines += draw(st.lists(HEADERS, max_size=4))
    body = draw(st.just("") | FIELDS.map(json.dumps) | JSON.map(json.dumps) | mutated(FIELDS.map(json.dumps)))
    if body:
        lines.append(
            f"Content-Length: {len(body.encode(errors='surrogatepass')) + draw(st.sampled_from([0] * 8 + [-1, 5]))}"
        )
    return "\r\n".join(lines) + "\r\n\r\n" + body


REQUESTS = st.lists(requests() | mutated(requests()), min_size=1, max_size=10)
POSTED = st.lists(st.lists(mutated(PACKETS), min_size=1, max_size=5).map("\x1e".join), min_size=1, max_size=4)
"""Payloads of long polling."""
