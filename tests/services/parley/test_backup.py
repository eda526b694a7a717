"""`parley backup` and `restore`: what is brought back is what was saved, and nothing is ever overwritten."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.doors.house import DATABASE, House, Servers
from tests.services.parley.conftest import Command

RESTORED = "restored"
BY_THEMSELVES = {"search_builds"}
"""How far the search index is; what there is to tell goes from each document once it is told."""


@pytest.fixture
def saving(servers: Servers) -> Command:
    """With the database, and without NATS."""
    return Command({"PARLEY_MONGO_URL": servers.mongo.url, "PARLEY_MONGO_DATABASE": DATABASE})


@pytest.fixture
async def talked(parley: House) -> AsyncIterator[House]:
    """Root and ada have talked, and ada's session goes on."""
    await parley.database["users"].update_one({"login": "root"}, {"$set": {"disabled": False}})
    ada = await parley.create("ada")
    for number in range(3):
        form = {"to": {"user_id": ada["user_id"]}, "client_message_id": str(number), "text": "söme\u0000 text"}
        assert (await parley.ask("POST", "/messages", form, await parley.token("root"))).status < 300
    await parley.database.client.drop_database(RESTORED)
    yield parley
    await parley.database.client.drop_database(RESTORED)


async def _content(database: Any) -> dict[str, Any]:
    """Every document of every collection, and every index; without what parts write by themselves, whatever anybody does."""
    content = {}
    for name in set(await database.list_collection_names()) - BY_THEMSELVES:
        found = await database[name].find({}, {"outbox": 0}).to_list()
        indexes = (await database[name].index_information()).items()
        shown = {key: {word: value for word, value in one.items() if word != "v"} for key, one in indexes}
        content[name] = ({one["_id"]: one for one in found}, shown)
    return content


async def test_what_is_brought_back_is_what_was_saved(talked: House, saving: Command, tmp_path: Path) -> None:
    saved = await saving("backup", tmp_path / "saved")
    assert saved.code == 0, saved
    restored = await saving("restore", tmp_path / "saved", PARLEY_MONGO_DATABASE=RESTORED)
    assert restored.code == 0, restored
    before, after = await _content(talked.database), await _content(talked.database.client[RESTORED])
    assert before.keys() == after.keys()
    for name in before:
        assert after[name] == before[name], name
    assert len(after["messages"][0]) == 3 and len(after["users"][0]) == 2 and after["keys"][0]


async def test_a_database_that_is_not_empty_is_left_as_it_is(talked: House, saving: Command, tmp_path: Path) -> None:
    assert (await saving("backup", tmp_path / "saved")).code == 0
    before = await _content(talked.database)
    ended = await saving("restore", tmp_path / "saved")
    assert (ended.code, "is not empty" in ended.complained) == (1, True)
    assert await _content(talked.database) == before


async def test_while_services_run_nothing_is_restored(
    talked: House, saving: Command, command: Command, tmp_path: Path
) -> None:
    assert (await saving("backup", tmp_path / "saved")).code == 0
    variables = saving.variables | {"PARLEY_MONGO_DATABASE": RESTORED}
    ended = await command("restore", tmp_path / "saved", **variables)
    assert (ended.code, "Services are running" in ended.complained) == (1, True)
    assert RESTORED not in await talked.database.client.list_database_names()


async def test_a_damaged_backup_is_refused_before_anything_is_written(
    talked: House, saving: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    assert (await saving("backup", folder)).code == 0
    content = (folder / "messages.bson").read_bytes()

    async def is_refused(why: str) -> None:
        ended = await saving("restore", folder, PARLEY_MONGO_DATABASE=RESTORED)
        assert (ended.code in (1, 2), why in ended.complained) == (True, True), ended
        assert RESTORED not in await talked.database.client.list_database_names()

    (folder / "messages.bson").write_bytes(content[:-1] + b"\x01")
    await is_refused("messages.bson is not what was saved")
    (folder / "messages.bson").write_bytes(content[:-7])
    await is_refused("messages.bson is not what was saved")
    (folder / "messages.bson").unlink()
    await is_refused("messages.bson is missing")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"version": "999.0.0"}))
    await is_refused("newer than this one")
    (folder / "manifest.json").write_text(json.dumps(manifest | {"format": 2}))
    await is_refused("does not know")
    for field, fault in (("indexes", "[{"), ("indexes", "{}]"), ("options", "[]"), ("indexes", '[{"v": 2}]')):
        broken = [manifest["collections"][0] | {field: fault}, *manifest["collections"][1:]]
        (folder / "manifest.json").write_text(json.dumps(manifest | {"collections": broken}))
        await is_refused("does not say how")
    manifest["collections"][0]["file"] = "../elsewhere.bson"
    (folder / "manifest.json").write_text(json.dumps(manifest))
    await is_refused("is missing from the backup")
    (folder / "manifest.json").unlink()
    await is_refused("broken off")


async def test_a_backup_is_for_its_owner_alone_and_overwrites_nothing(
    talked: House, saving: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "saved"
    assert (await saving("backup", folder)).code == 0
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*.bson"))
    again = await saving("backup", folder)
    assert (again.code, "is not empty" in again.complained) == (2, True)


async def test_asked_in_the_wrong_way_it_says_so(offline: Command, saving: Command, tmp_path: Path) -> None:
    assert "PARLEY_MONGO_URL is missing" in (await offline("backup", tmp_path / "saved")).complained
    away = await offline("backup", tmp_path / "saved", PARLEY_MONGO_URL="mongodb://ada:s3cret@127.0.0.1:1/")
    assert away.code == 1 and "s3cret" not in away.complained
    assert (await offline("backup", tmp_path / "saved", PARLEY_MONGO_URL="http://x")).code == 2
    assert (await saving("restore", tmp_path)).code == 2
