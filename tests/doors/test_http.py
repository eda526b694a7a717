"""What HTTP itself lets others do: pages of strangers, HEAD, and requests that never end."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import pytest

from contracts.published.asyncapi import asyncapi
from contracts.published.openapi import openapi
from services.gateway.doors.http import bodies, malformed
from services.gateway.doors.sockets import transport
from tests.doors.house import PASSWORD, Answer, House, Servers, house

FORM = '{"login": "root", "password": "Parley-2026", "x": "="}'
"""As a page's form of type text/plain sends it: a field's name, `=`, and its value."""
ELSEWHERE = "https://evil.example"


async def log_in(parley: House, content_type: str, **headers: str) -> Answer:
    return await parley.ask("POST", "/auth/login", FORM, Content_Type=content_type, **headers)


async def test_no_script_reads_the_cookies_token(parley: House) -> None:
    """`session` is for logging in: whoever has the password may have the token."""
    begun = await parley.ask("POST", "/auth/login", {"login": "root", "password": PASSWORD})
    cookie = begun.headers["Set-Cookie"].partition(";")[0]
    for form in ({"session": "token"}, {"session": "token", "x": 1}, {}):
        answer = await parley.ask("POST", "/auth/refresh", form, Cookie=cookie)
        assert answer.status == 200, answer
        assert "refresh_token" not in answer.body
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
    token = cookie.partition("=")[2]
    answer = await parley.ask("POST", "/auth/refresh", {"refresh_token": token, "session": "token"})
    assert answer.body["refresh_token"]
    assert "Set-Cookie" not in answer.headers


async def test_nobody_between_keeps_an_answer(parley: House) -> None:
    """Nothing said so: a browser kept tokens and links on the disk of a shared machine as it liked."""
    root = await parley.token("root")
    answers = [await parley.log_in("root"), await parley.ask("GET", "/users", None, root)]
    answers.append(await parley.ask("POST", "/users", {"login": "ada", "name": "Ada", "role": "agent"}, root))
    assert answers[-1].body["invitation"]
    assert [each.headers.get("Cache-Control") for each in answers] == ["no-store"] * 3


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_no_strange_page_logs_anybody_in(parley: House, content_type: str) -> None:
    for strange in (
        {"Origin": ELSEWHERE, "Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Origin": ELSEWHERE},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "https://sub.parley.example", "Sec_Fetch_Site": "same-site", "Host": "parley.example"},
    ):
        answer = await log_in(parley, content_type, **strange)
        assert (answer.status, answer.code) == (422, "invalid"), strange
        assert answer.body["message"] == "Send JSON: Content-Type: application/json."
        assert "Set-Cookie" not in answer.headers


async def test_what_a_strange_script_sends_without_a_name_logs_nobody_in(parley: House) -> None:
    """No browser asks before it sends a blob without a type."""
    for headers, status in (({"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"}, 422), ({}, 200)):
        sent: dict[str, Any] = {"data": FORM.encode(), "headers": headers, "skip_auto_headers": ["Content-Type"]}
        async with parley.http.post(f"{parley.url}/api/v1/auth/login", **sent) as answer:
            assert (answer.status, "Set-Cookie" in answer.headers) == (status, status == 200)


@pytest.mark.parametrize("path", ["logout", "refresh"])
async def test_no_strange_page_uses_the_cookie(servers: Servers, path: str) -> None:
    """An empty form of a neighbouring host logged its reader out."""
    async with house(servers, gateway={"cors_origins": "https://app.example"}) as parley:
        begun = await parley.ask("POST", "/auth/login", {"login": "root", "password": PASSWORD})
        cookie = {"Cookie": begun.headers["Set-Cookie"].partition(";")[0]}
        for site, origin in (("same-site", ELSEWHERE), ("cross-site", "null")):
            strange = {"Sec_Fetch_Site": site, "Origin": origin}
            assert (await parley.ask("POST", f"/auth/{path}", b"", **cookie, **strange)).status == 401
        for site, origin in (("same-origin", ELSEWHERE), ("same-site", "https://app.example")):
            own = {"Sec_Fetch_Site": site, "Origin": origin}
            answer = await parley.ask("POST", f"/auth/{path}", b"", **cookie, **own)
            assert answer.status in (200, 204), answer


async def test_everybody_else_may_call_json_what_they_like(parley: House) -> None:
    """`curl -d` says it were a form."""
    form = "application/x-www-form-urlencoded"
    for known in (
        {},
        {"Origin": "https://parley.example", "Host": "parley.example"},
        {"Origin": "http://127.0.0.1:3000", "Sec_Fetch_Site": "same-site"},
        {"Origin": "https://parley.example", "Sec_Fetch_Site": "same-origin", "Host": "behind-a-proxy:8080"},
        {"Sec_Fetch_Site": "none"},
    ):
        assert (await log_in(parley, form, **known)).status == 200, known
    for said in ("application/json", "application/octet-stream"):
        assert (await log_in(parley, said, Origin=ELSEWHERE, Sec_Fetch_Site="cross-site")).status == 200


async def test_a_page_of_the_settings_is_no_strange_one(servers: Servers) -> None:
    async with house(servers, gateway={"cors_origins": "https://app.example,https://b.example"}) as parley:
        page = {"Origin": "https://b.example", "Sec_Fetch_Site": "cross-site"}
        assert (await log_in(parley, "text/plain", **page)).status == 200
        assert (await log_in(parley, "text/plain", Origin=ELSEWHERE)).status == 422


async def test_a_message_is_changed_where_its_number_is_in_the_path(parley: House) -> None:
    eve = await parley.create("eve")
    root = await parley.token("root")
    sent = await parley.ask(
        "POST", "/messages", {"to": {"user_id": eve["user_id"]}, "client_message_id": "1", "text": "Helo"}, root
    )
    path = f"/conversations/{sent.body['message']['conversation_id']}/messages"
    edited = await parley.ask("PATCH", f"{path}/1", {"text": "Hello"}, root)
    assert (edited.status, edited.body["message"]["text"]) == (200, "Hello")
    for strange in ("one", "1.5", "-1", "99999999999999999999"):
        refused = await parley.ask("PATCH", f"{path}/{strange}", {"text": "Hello"}, root)
        assert refused.code in ("invalid", "not_found"), strange
    deleted = await parley.ask("DELETE", f"{path}/1", token=root)
    assert (deleted.status, deleted.body["message"]["text"]) == (200, "")


async def test_the_contract_is_served_to_everybody(parley: House) -> None:
    for path, kind in (("/openapi.json", "openapi"), ("/asyncapi.json", "asyncapi")):
        answer = await parley.ask("GET", path)
        assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
        assert kind in answer.body
    assert (await parley.ask("GET", "/openapi.json")).body == openapi()
    assert (await parley.ask("GET", "/asyncapi.json")).body == asyncapi()


async def test_the_head_alone_of_what_is_handed_over_once_is_not_to_be_had(parley: House) -> None:
    root = await parley.token("root")
    made = await parley.ask("POST", "/users/import", {"csv": "login;name;role\neve;Eve;agent\n"}, root)
    path = f"/users/import/{made.body['report']['import_id']}"
    bearer = {"Authorization": f"Bearer {root}"}
    async with parley.http.head(f"{parley.url}/api/v1{path}", headers=bearer) as response:
        assert (response.status, response.headers["Allow"]) == (405, "GET")
    async with parley.http.head(f"{parley.url}/api/v1/me", headers=bearer) as response:
        assert response.status == 200
    assert (await parley.ask("GET", path, token=root)).status == 200


@pytest.mark.parametrize(
    "path", ["/api/v1/auth/login", "/api/v1/auth/password/forgot", "/socket.io/?EIO=4&transport=polling&sid=x"]
)
async def test_a_body_that_does_not_come_is_not_waited_for(
    parley: House, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(bodies, "BODY_S", 0.2)
    monkeypatch.setattr(transport, "POST_S", 0.2)
    said = await _said(parley, f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n4")
    assert said.startswith(b"HTTP/1.1 422 ")


@pytest.mark.parametrize("begun", ["", "GET", "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nX-A: "])
async def test_headers_that_do_not_come_are_not_waited_for(
    parley: House, monkeypatch: pytest.MonkeyPatch, begun: str
) -> None:
    monkeypatch.setattr(malformed, "HEADERS_S", 0.2)
    assert await _said(parley, begun, until_end=True) == b""


async def test_headers_of_a_second_request_are_not_waited_for_and_whoever_is_quiet_stays(
    parley: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(malformed, "HEADERS_S", 0.2)
    reader, writer = await _connect(parley)
    request = b"GET /api/v1/auth/password-policy HTTP/1.1\r\nHost: x\r\n\r\n"
    for quiet_s in (0.4, 0.0):
        writer.write(request[:9])
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.write(request[9:])
        assert (await asyncio.wait_for(reader.read(65_536), 20)).startswith(b"HTTP/1.1 200 ")
        await asyncio.sleep(quiet_s)
    writer.write(request[:-2])
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()


async def test_whoever_is_quiet_for_long_is_let_go(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each connection was kept for an hour after its last request; sockets are not meant."""
    monkeypatch.setattr(malformed, "KEEPALIVE_S", 0.3, raising=False)
    async with house(servers) as parley:
        async with parley.socket(await parley.token("root")) as socket:
            reader, writer = await _connect(parley)
            writer.write(b"GET /api/v1/auth/password-policy HTTP/1.1\r\nHost: x\r\n\r\n")
            said = await asyncio.wait_for(reader.read(), 20)
            assert said.startswith(b"HTTP/1.1 200 ")
            assert (await socket.ask("me.get"))["ok"]
        writer.close()


async def _connect(parley: House) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    at = urlsplit(parley.url)
    return await asyncio.open_connection(at.hostname, at.port)


async def _said(parley: House, sent: str, until_end: bool = False) -> bytes:
    reader, writer = await _connect(parley)
    try:
        writer.write(sent.encode())
        return await asyncio.wait_for(reader.read(-1 if until_end else 65_536), 20)
    finally:
        writer.close()
