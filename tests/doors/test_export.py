"""An export of a conversation: whole, for administrators alone, in the trail, and of no harm to a spreadsheet."""

import csv
import io
import json
from typing import Any

import aiohttp
import pytest

from services.gateway.doors.http.export import FORMULA, safe
from services.messenger.actions import export_conversation
from tests.doors.house import House
from tests.kit.waiting import eventually

TEXTS = (
    "plain",
    '=HYPERLINK("http://x","y")',
    "+1",
    "-1",
    "@SUM(1)",
    'quote " and , comma',
    "two\nlines",
    "\tTab",
    "söme 漢字",
    "'kept",
)


async def _talk(parley: House, texts: tuple[str, ...] = TEXTS) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A direct conversation of ada and grace, which is not root's."""
    ada, grace = await parley.create("ada", name="=Ada"), await parley.create("grace")
    token = await parley.token("ada")
    key = ""
    for number, text in enumerate(texts):
        form = {"to": {"user_id": grace["user_id"]}, "client_message_id": str(number), "text": text}
        key = (await parley.ask("POST", "/messages", form, token)).body["message"]["conversation_id"]
    return key, ada, grace


async def _get(parley: House, path: str, login: str = "root") -> tuple[aiohttp.ClientResponse, bytes]:
    headers = {"Authorization": f"Bearer {await parley.token(login)}"}
    async with parley.http.get(f"{parley.url}/api/v1{path}", headers=headers) as answer:
        return answer, await answer.read()


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three messages each."""
    monkeypatch.setattr(export_conversation, "PART", 3)


@pytest.mark.usefixtures("small_parts")
async def test_as_json_it_is_all_that_was_said(parley: House) -> None:
    key, ada, _ = await _talk(parley)
    answer, body = await _get(parley, f"/conversations/{key}/export")
    assert answer.status == 200 and answer.content_type == "application/json"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{key}.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    said = json.loads(body)
    assert [one["text"] for one in said["messages"]] == list(TEXTS)
    assert [one["seq"] for one in said["messages"]] == list(range(1, len(TEXTS) + 1))
    assert said["conversation"]["conversation_id"] == key and said["names"] == {ada["user_id"]: "=Ada"}


@pytest.mark.usefixtures("small_parts")
async def test_as_csv_nothing_in_it_is_worked_out(parley: House) -> None:
    key, ada, _ = await _talk(parley)
    answer, body = await _get(parley, f"/conversations/{key}/export?format=csv")
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(body.decode(), newline="")))
    assert [int(row["seq"]) for row in rows] == list(range(1, len(TEXTS) + 1))
    assert [row["text"] for row in rows] == [f"'{text}" if text.startswith(FORMULA) else text for text in TEXTS]
    assert {(row["sender_id"], row["sender_name"]) for row in rows} == {(ada["user_id"], "'=Ada")}
    assert not [cell for row in rows for cell in row.values() if cell.startswith(FORMULA)]


async def test_a_deleted_message_has_no_text_in_it(parley: House) -> None:
    key, _, _ = await _talk(parley, ("first", "regretted"))
    token = await parley.token("ada")
    assert (await parley.ask("DELETE", f"/conversations/{key}/messages/2", token=token)).status == 200
    _, body = await _get(parley, f"/conversations/{key}/export")
    assert b"regretted" not in body and json.loads(body)["messages"][1]["deleted_at"]


async def test_it_is_in_the_trail_and_on_the_stream_before_it_is_given(parley: House) -> None:
    key, _, _ = await _talk(parley)
    assert (await _get(parley, f"/conversations/{key}/export?format=csv"))[0].status == 200
    trail = await parley.ask("GET", "/audit?action=conversation.export", token=await parley.token("root"))
    (entry,) = trail.body["entries"]
    assert (entry["actor_login"], entry["outcome"]) == ("root", "done")
    assert entry["detail"] == {"conversation_id": key, "format": "csv"}

    def is_told() -> bool:
        recorded = [json.loads(told.data)["entry"] for told in parley.told if told.name == "auth.audit.recorded"]
        return entry in recorded

    await eventually(is_told)


async def test_nobody_else_is_given_it(parley: House) -> None:
    key, _, _ = await _talk(parley)
    await parley.create("linus", "user")
    for login in ("ada", "grace", "linus"):
        answer = await parley.ask("GET", f"/conversations/{key}/export", token=await parley.token(login))
        assert (answer.status, answer.code) == (403, "forbidden")
    assert (await parley.ask("GET", f"/conversations/{key}/export")).status == 401
    trail = await parley.ask("GET", "/audit?action=conversation.export&outcome=done", token=await parley.token("root"))
    assert trail.body["entries"] == []


async def test_what_is_not_there_or_asked_wrong_is_said(parley: House) -> None:
    key, _, _ = await _talk(parley)
    token = await parley.token("root")
    assert (await parley.ask("GET", "/conversations/d_nowhere/export", token=token)).code == "not_found"
    assert (await parley.ask("GET", f"/conversations/{key}/export?format=xlsx", token=token)).code == "invalid"
    # where it begins is nobody's to say
    _, body = await _get(parley, f"/conversations/{key}/export?after_seq=5")
    assert len(json.loads(body)["messages"]) == len(TEXTS)
    async with parley.socket(token) as socket:
        await socket.say(f'421["conversation.export",{{"conversation_id":"{key}"}}]')
        assert '"ok":false' in await socket.hear("431[")


async def test_what_is_not_whole_is_seen_to_be(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A document that ends early, and looks as if that were its end, would be kept as the whole."""
    key, _, _ = await _talk(parley)
    monkeypatch.setattr(export_conversation, "PART", 3)
    token = await parley.token("root")
    at_names = export_conversation.ExportOne.__call__

    async def then_gone(self: Any, asker: Any, request: Any) -> Any:
        if request.after_seq:
            await parley.database["conversations"].update_one({"_id": key}, {"$set": {"deleted_at": "then"}})
            await parley.database["conversations"].delete_one({"_id": key})
        return await at_names(self, asker, request)

    monkeypatch.setattr(export_conversation.ExportOne, "__call__", then_gone)
    headers = {"Authorization": f"Bearer {token}"}
    with pytest.raises(aiohttp.ClientError):
        async with parley.http.get(f"{parley.url}/api/v1/conversations/{key}/export", headers=headers) as answer:
            await answer.read()


@pytest.mark.parametrize("text", TEXTS)
def test_a_cell_never_begins_a_formula(text: str) -> None:
    assert not str(safe(text)).startswith(FORMULA)
