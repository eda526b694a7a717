"""What is no HTTP, no Engine.IO and no Socket.IO, and bodies that break off: the one who sent it is told or let go, the
logs have a line for it at most, and everyone else goes on."""

import asyncio
import contextlib
import gzip
import json
import zlib
from collections.abc import AsyncIterator

import aiohttp
import pytest

from contracts.limits import PACKET_BYTES_MAX
from contracts.refusals import STATUS
from tests.kit.bad_inputs import SECRET
from tests.kit.raw_socket import RawSocket
from tests.kit.traces import TRACE, Traces
from tests.stories.conftest import PASSWORD, Enter, Running

LOGIN = b'{"login": "marco", "password": "%s"}' % SECRET.encode()
POST = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: parley\r\n"
GET = b"GET /api/v1/me HTTP/1.1\r\nHost: parley\r\n"
NO_PACKETS = (
    *("42", "42[]", "42[7]", "42[null]", '42{"a":1}', '42["a"', f"42[{SECRET}]", "42\ud7ff", "42" + "[" * 100_000),
    *("42" + "9" * 5_000 + '["me.get"]', '42/other,["me.get"]', '42["me.get"]extra', "43[]", "44{}", "49", "4"),
    *('451-["me.get",{"_placeholder":true,"num":0}]', '461-0[{"_placeholder":true,"num":0}]', "5", "6x", "0{}"),
    *("40{", '40{"token":"again"}', "42" + json.dumps(["message.send", {"text": SECRET + "x" * PACKET_BYTES_MAX}])),
    '420["message.send",{"text":' + "9" * 5_000 + "}]",
)


@pytest.fixture(autouse=True)
async def traces(cluster: Running) -> AsyncIterator[Traces]:
    traces = Traces(cluster.data_dir)
    pids = traces.pids()
    yield traces
    assert traces.pids() == pids
    assert "\n".join(traces.faults()) == ""
    assert traces.told_in_logs([SECRET, PASSWORD]) == []


@pytest.mark.parametrize(
    "sent",
    [
        SECRET.encode() + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /api/v1/me\0 HTTP/1.1\r\nHost: parley\r\n\r\n",
        b"GET /api/v1/me HTTP/9.9\r\nHost: parley\r\n\r\n",
        b"GET /api/v1/" + SECRET.encode() * 2_000 + b" HTTP/1.1\r\nHost: parley\r\n\r\n",
        GET + b"Authorization: Bearer " + SECRET.encode() * 2_000 + b"\r\n\r\n",
        GET + b"Authorization: Bearer a\0b\r\n\r\n",
        GET + SECRET.encode() + b"\r\n\r\n",
        GET + b": " + SECRET.encode() + b"\r\n\r\n",
        GET + b"X: y\r\n" * 40_000 + b"\r\n",
        POST + b"Content-Length: minus-one\r\n\r\n",
        POST + b"Content-Length: -1\r\n\r\n",
        POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + SECRET.encode() + b"\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\nabc" + SECRET.encode(),
        POST + b"Content-Encoding: gzip\r\nContent-Length: 16\r\n\r\n" + SECRET.encode()[:16],
        POST + b"Content-Encoding: deflate\r\nContent-Length: 16\r\n\r\n" + SECRET.encode()[:16],
        POST + b"Content-Encoding: " + SECRET.encode() + b"\r\nContent-Length: 2\r\n\r\n{}",
        POST + b"Content-Type: application/json; charset=" + SECRET.encode() + b"\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=lambda sent: ascii(sent[-40:]),
)
async def test_what_is_no_http(cluster: Running, sent: bytes) -> None:
    """An answer is a problem with a code; a connection may also end without one."""
    answer = await _said_to(cluster, sent)
    assert TRACE.search(answer) is None
    if not answer:
        return
    head, _, body = answer.partition("\r\n\r\n")
    assert "application/problem+json" in head
    code = json.loads(body)["code"]
    assert code != "internal"
    assert head.split()[1] == str(STATUS[code])


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b" " * 50_000_000 + LOGIN), zlib.compress(b" " * 50_000_000 + LOGIN)],
    ids=["gzip", "deflate"],
)
async def test_a_small_body_that_grows(cluster: Running, body: bytes, request: pytest.FixtureRequest) -> None:
    encoding = request.node.callspec.id
    head = POST + f"Content-Encoding: {encoding}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    answer = await _said_to(cluster, head + body)
    assert answer.startswith("HTTP/1.1 413 ")
    assert '"code":"too_large"' in answer


async def test_ten_mebibytes(cluster: Running) -> None:
    body = b'{"login": "' + b"x" * 10 * 1024 * 1024 + b'"}'
    answer = await _said_to(cluster, POST + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert answer.startswith("HTTP/1.1 413 ") or not answer


async def test_a_body_that_breaks_off(cluster: Running, traces: Traces) -> None:
    for _ in range(5):
        reader, writer = await _open(cluster)
        writer.write(POST + b"Content-Length: 4000\r\n\r\n" + LOGIN)
        await writer.drain()
        writer.close()
        await reader.read()
    assert await _said_to(cluster, GET + b"\r\n")
    assert traces.count_logged() <= 5


@pytest.mark.parametrize(
    "path",
    [
        "/socket.io/",
        "/socket.io/?EIO=3&transport=polling",
        f"/socket.io/?EIO=4&transport={SECRET}",
        f"/socket.io/?EIO=4&transport=polling&sid={SECRET}",
        "/socket.io/?EIO=4&transport=websocket&sid=" + "x" * 4_000,
        "/socket.io/?EIO=4&transport=polling&j=x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
async def test_what_is_no_handshake(cluster: Running, method: str, path: str) -> None:
    body = b"\r\nContent-Length: 2\r\n\r\n4{" if method == "POST" else b"\r\n\r\n"
    answer = await _said_to(cluster, f"{method} {path} HTTP/1.1\r\nHost: parley\r\nConnection: close".encode() + body)
    assert answer.startswith(("HTTP/1.1 4", "HTTP/1.1 200 "))
    assert TRACE.search(answer) is None


async def test_what_is_no_packet(cluster: Running, enter: Enter, traces: Traces) -> None:
    """It ends this connection, whether past its CONNECT or not, or nothing comes of it; a line in the log at most."""
    marco = await enter("marco")
    token = await marco.session.fresh_token()
    loud: list[str] = []
    async with aiohttp.ClientSession() as http:
        for packet in NO_PACKETS:
            async with RawSocket(http, cluster.url, token) as raw:
                already = traces.count_logged()
                with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                    await raw.say(packet)
                    await raw.ask("me.get", "{}")
            async with RawSocket(http, cluster.url) as raw:
                with contextlib.suppress(ConnectionError, aiohttp.ClientError):
                    await raw.say(packet)
                    await raw.connect('{"token":"made.up.token"}')
            if traces.count_logged() > already + 2:
                loud.append(packet[:40])
    assert loud == []
    assert (await marco.ask("me.get"))["user"]["login"] == "marco"


async def test_what_is_no_text(cluster: Running, enter: Enter) -> None:
    marco = await enter("marco")
    token = await marco.session.fresh_token()
    async with aiohttp.ClientSession() as http:
        for kind in (aiohttp.WSMsgType.BINARY, aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.CONTINUATION):
            async with RawSocket(http, cluster.url, token) as raw:
                await raw.websocket.send_frame(b"\xff\xfe\x00" + SECRET.encode(), kind)
                await raw.until_ended()
    assert (await marco.ask("me.get"))["user"]["login"] == "marco"


async def _said_to(cluster: Running, sent: bytes) -> str:
    """The whole answer; empty where the connection just ended."""
    reader, writer = await _open(cluster)
    try:
        writer.write(sent)
        await writer.drain()
        async with asyncio.timeout(20):
            head = await reader.readuntil(b"\r\n\r\n")
            sizes = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            return (head + await reader.readexactly(int(sizes[0].split(b":")[1]) if sizes else 0)).decode()
    except (asyncio.IncompleteReadError, ConnectionError):
        return ""
    finally:
        writer.close()


async def _open(cluster: Running) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, _, port = cluster.url.removeprefix("http://").partition(":")
    return await asyncio.open_connection(host, int(port))
