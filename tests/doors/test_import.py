"""Importing people from a file, at the HTTP door."""

import asyncio
import gzip
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from chassis.clock import monotonic
from contracts.limits import IMPORT_BYTES_MAX, IMPORT_SENT_BYTES_MAX, PACKET_BYTES_MAX
from services.auth.actions import carry_out_import, import_users
from services.auth.domain.import_file import Reading
from tests.doors import others
from tests.doors.house import PASSWORD, Answer, House, Servers, house
from tests.doors.test_forgotten_passwords import can_reset, notifier
from tests.doors.test_license import File, licence, settings
from tests.kit.mail_server import MailServer
from tests.kit.waiting import eventually

HEADER = "login,name,role,email\n"
TWO = f"{HEADER}ada,Ada,agent,ada@example.org\ngrace,Grace,user,\n"


async def send(parley: House, csv: str | bytes, token: str | None = None, query: str = "", **headers: str) -> Answer:
    data = csv.encode() if isinstance(csv, str) else csv
    headers = {"Content_Type": "text/csv"} | headers
    return await parley.ask("POST", f"/users/import{query}", data, token or await parley.token("root"), **headers)


async def report(parley: House, csv: str | bytes, token: str | None = None, query: str = "") -> dict[str, Any]:
    answer = await send(parley, csv, token, query)
    assert answer.status == 200, answer
    told: dict[str, Any] = answer.body["report"]
    looked_at = told["created"] + told["unchanged"] + len({fault["line"] for fault in told["faults"]} - {1})
    assert looked_at == told["total"] or (told["state"] == "running" and looked_at < told["total"])
    return told


async def status(parley: House, import_id: str, token: str | None = None) -> Answer:
    return await parley.ask("GET", f"/users/import/{import_id}", token=token or await parley.token("root"))


async def until_done(parley: House, told: dict[str, Any], token: str) -> dict[str, Any]:
    async def done() -> dict[str, Any] | None:
        now: dict[str, Any] = (await status(parley, told["import_id"], token)).body["report"]
        return now if now["state"] != "running" else None

    return await eventually(done, 30) or {}


def lines(told: dict[str, Any]) -> list[tuple[int, str | None]]:
    return [(fault["line"], fault.get("field")) for fault in told["faults"]]


async def logins(parley: House) -> list[str]:
    return sorted([each["login"] async for each in parley.database["users"].find({}, {"login": 1})])


async def everything(parley: House) -> dict[str, list[Any]]:
    """But log-ins, and what they leave."""
    names = sorted(set(await parley.database.list_collection_names()) - {"sessions", "keys"})
    found = {name: await parley.database[name].find({}).sort("_id").to_list() for name in names}
    return {name: [each for each in all_ if each.get("action") != "auth.login"] for name, all_ in found.items()}


async def all_is_told(parley: House) -> bool:
    untold = {"outbox.at": {"$gt": ""}}
    return not [name for name in ("users", "audit", "sessions") if await parley.database[name].find_one(untold)]


async def entries(parley: House, action: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await parley.database["audit"].find({"action": action}).sort("_id").to_list()
    return found


async def test_people_come_from_a_file_with_a_link_each(parley: House) -> None:
    told = await report(parley, "\ufeff" + TWO.replace(",", ";").replace("\n", "\r\n"))
    assert (told["state"], told["dry_run"], told["total"], told["done"], told["created"]) == ("done", False, 2, 2, 2)
    assert [each["login"] for each in told["invitations"]] == ["ada", "grace"]
    users = (await parley.ask("GET", "/users", token=await parley.token("root"))).body["users"]
    ada = next(user for user in users if user["login"] == "ada")
    assert (ada["name"], ada["role"], ada["email"], ada["invited"]) == ("Ada", "agent", "ada@example.org", True)
    token = told["invitations"][0]["link"].partition("#reset=")[2]
    chosen = await parley.ask("POST", "/auth/password/reset", {"token": token, "new_password": "Lovelace-1815"})
    assert chosen.status == 204
    assert (await parley.log_in("ada", "Lovelace-1815")).status == 200
    await eventually(lambda: parley.names().count("auth.user.created") == 3)


async def test_links_are_told_once_and_stored_nowhere(parley: House) -> None:
    told = await report(parley, TWO)
    again = (await status(parley, told["import_id"])).body["report"]
    assert "invitations" not in again and "uninvited" not in again
    tokens = [each["link"].partition("#reset=")[2] for each in told["invitations"]]
    assert len(set(tokens)) == 2
    stored = str(await everything(parley)) + str([each.data for each in parley.told])
    assert not [token for token in tokens if token in stored]


async def test_links_left_over_are_for_one_answer_to_whoever_imported(parley: House) -> None:
    """As after an import that outlived its answer."""
    await parley.create("sofia", "user")
    sofia = await parley.token("sofia")
    told = await report(parley, f"{HEADER}ada,Ada,agent,\nlinus,Linus,agent,\n", sofia)
    made = await parley.database["users"].find({"login": {"$in": ["ada", "linus"]}}).sort("login").to_list()
    left = {"$set": {"uninvited": [each["_id"] for each in made]}}
    await parley.database["imports"].update_one({"_id": told["import_id"]}, left)
    first = told["invitations"][1]["link"].partition("#reset=")[2]
    await parley.ask("POST", "/auth/password/reset", {"token": first, "new_password": "Torvalds-1969"})
    seen = (await status(parley, told["import_id"])).body["report"]
    assert (seen["uninvited"], seen.get("invitations")) == (2, None)
    asked = await asyncio.gather(*(status(parley, told["import_id"], sofia) for _ in range(4)))
    assert [answer.status for answer in asked] == [200] * 4
    (given,) = [each for answer in asked for each in answer.body["report"].get("invitations", [])]
    assert given["login"] == "ada"  # linus has a password meanwhile
    assert given["link"] != told["invitations"][0]["link"]
    token = told["invitations"][0]["link"].partition("#reset=")[2]
    chosen = await parley.ask("POST", "/auth/password/reset", {"token": token, "new_password": "Lovelace-1815"})
    assert chosen.status == 204


async def test_the_trail_has_an_entry_for_each_person_and_one_for_the_file(parley: House) -> None:
    told = await report(parley, f"{TWO}-bad,Bad,agent,\n")
    root = await parley.database["users"].find_one({"login": "root"})
    one, *more = await entries(parley, "user.import")
    assert not more
    counts = {"total": "3", "created": "2", "unchanged": "0", "faulty": "1"}
    assert one["detail"] == {"import_id": told["import_id"], **counts}
    assert (one["actor_id"], one["address"], one["outcome"]) == (root["_id"], "127.0.0.1", "done")
    made = [each for each in await entries(parley, "user.create") if each["target_login"] != "root"]
    assert {each["target_login"] for each in made} == {"ada", "grace"}
    assert all(each["actor_id"] == root["_id"] and each["detail"] == {"import_id": told["import_id"]} for each in made)
    invited = await entries(parley, "user.invite")
    assert {each["detail"]["import_id"] for each in invited} == {told["import_id"]}
    assert sorted(each["target_login"] for each in invited) == ["ada", "grace"]


async def test_the_same_file_again_makes_nobody(parley: House) -> None:
    await report(parley, TWO)
    two = {"login": {"$in": ["ada", "grace"]}}
    before = await parley.database["users"].find(two, {"outbox": 0}).sort("_id").to_list()
    again = await report(parley, TWO.replace("ada,", "ADA,"))
    assert (again["created"], again["unchanged"], again["faults"]) == (0, 2, [])
    assert "invitations" not in again
    other = await report(parley, f"{HEADER}ada,Ada Lovelace,agent,\ngrace,Grace,agent,\nlinus,Linus,agent,\n")
    assert (other["created"], other["unchanged"], lines(other)) == (1, 0, [(2, "login"), (3, "login")])
    assert await parley.database["users"].find(two, {"outbox": 0}).sort("_id").to_list() == before


async def test_one_file_twice_at_the_same_instant_makes_everyone_once(parley: House, servers: Servers) -> None:
    """By two replicas, and in batches that collide."""
    people = "".join(f"p{number:03},Person {number},agent,\n" for number in range(450))
    token = await parley.token("root")
    async with others.auth(servers, parley):
        asked = await asyncio.gather(*(report(parley, HEADER + people, token) for _ in range(3)))
        told = [await until_done(parley, each, token) for each in asked]
    assert [(each["state"], each["faults"]) for each in told] == [("done", [])] * 3
    assert sum(each["created"] for each in told) == 450
    assert sum(each["unchanged"] for each in told) == 900
    assert len(await logins(parley)) == 451
    given = [one["login"] for each in (*asked, *told) for one in each.get("invitations", [])]
    assert sorted(given) == [f"p{number:03}" for number in range(450)]
    await eventually(lambda: parley.names().count("auth.user.created") == 451)


async def test_every_bad_line_is_told_and_good_ones_are_done(parley: House) -> None:
    csv = (
        f"{HEADER}ada,=1+1,agent,\n\n-bad,,boss,{'e' * 255}\nlinus,{'L' * 300_000},agent,\n"
        f'grace,"Grace\nHopper",agent,\nADA,Ada,agent,\nken,Ken\ndennis,"Dennis"x,agent,\nbjarne,Bjarne,agent,\n'
    )
    told = await report(parley, csv)
    assert lines(told) == [
        *((4, "login"), (4, "name"), (4, "role"), (4, "email")),
        *((5, "name"), (6, "name"), (8, "login"), (9, None), (10, None)),
    ]
    assert await logins(parley) == ["ada", "bjarne", "root"]
    assert (await parley.database["users"].find_one({"login": "ada"}))["name"] == "=1+1"


async def test_a_header_that_is_wrong_lets_nobody_in(parley: House) -> None:
    told = await report(parley, f"login,name,role,phone,password\nada,Ada,agent,1,{PASSWORD}\n")
    assert (told["total"], lines(told)) == (0, [(1, None), (1, "password")])
    assert await logins(parley) == ["root"]


async def test_a_dry_run_says_the_same_and_does_nothing(parley: House) -> None:
    await report(parley, f"{HEADER}grace,Grace Hopper,user,\n")
    csv = f"{TWO}-bad,Bad,agent,\nlinus,Linus,agent,\n"
    token = await parley.token("root")
    await eventually(lambda: all_is_told(parley))
    before = await everything(parley)
    dry = await report(parley, csv, token, "?dry_run=true")
    as_json = await parley.ask("POST", "/users/import", {"csv": csv, "dry_run": True}, token)
    assert await everything(parley) == before
    assert (await status(parley, dry["import_id"])).code == "not_found"
    real = await report(parley, csv, token)
    said = [{**each, "import_id": "", "dry_run": True} for each in (dry, as_json.body["report"], real)]
    assert said[2].pop("invitations")
    assert said[0] == said[1] == said[2]
    await eventually(lambda: all_is_told(parley))
    imports = [each.data for each in parley.told if b'"action":"user.import"' in each.data]
    assert (len(imports), parley.names().count("auth.user.created")) == (2, 4)


async def test_who_leads_agents_imports_agents_and_agents_nobody(parley: House) -> None:
    await parley.create("sofia", "user")
    await parley.create("marco")
    told = await report(parley, f"{TWO}linus,Linus,admin,\n", await parley.token("sofia"))
    assert (told["created"], lines(told)) == (1, [(3, "role"), (4, "role")])
    assert (await send(parley, TWO, await parley.token("marco"))).code == "forbidden"
    assert (await parley.ask("POST", "/users/import", TWO, Content_Type="text/csv")).status == 401
    assert await logins(parley) == ["ada", "marco", "root", "sofia"]


async def test_progress_is_the_importers_and_the_admins(parley: House) -> None:
    await parley.create("sofia", "user")
    await parley.create("elena", "user")
    sofia, elena = await parley.token("sofia"), await parley.token("elena")
    import_id = (await report(parley, f"{HEADER}ada,Ada,agent,\n", sofia))["import_id"]
    assert (await status(parley, import_id, sofia)).body["report"]["created"] == 1
    assert (await status(parley, import_id)).body["report"]["created"] == 1
    assert (await status(parley, import_id, elena)).code == "not_found"
    async with parley.socket(sofia) as socket:
        said = await socket.ask("user.import_status", json.dumps({"import_id": import_id}))
        assert said["report"]["state"] == "done"
        assert not (await socket.ask("user.import", json.dumps({"csv": TWO})))["ok"]


async def test_passwords_of_a_file_log_in_and_are_kept_nowhere(parley: House) -> None:
    csv = f"login,name,role,password\nada,Ada,agent,{PASSWORD}\ngrace,Grace,agent,weak\nlinus,Linus,agent,\n"
    told = await report(parley, csv, query="?passwords=true&must_change=false")
    assert (told["created"], {line for line, _ in lines(told)}) == (2, {3})
    assert {field for _, field in lines(told)} == {"password"}
    assert [each["login"] for each in told["invitations"]] == ["linus"]
    assert (await parley.log_in("ada")).status == 200
    again = await report(parley, csv.replace(PASSWORD, "Another-2026"), query="?passwords=true")
    assert again["unchanged"] == 2
    assert (await parley.log_in("ada")).status == 200
    stored = str(await everything(parley)) + str([each.data for each in parley.told])
    assert PASSWORD not in stored and "Another-2026" not in stored


async def test_passwords_may_do_for_their_change_only(parley: House) -> None:
    csv = f"login,name,role,password\nada,Ada,agent,{PASSWORD}\n"
    await report(parley, csv, query="?passwords=true&must_change=true")
    assert (await parley.log_in("ada")).code == "password_expired"
    change = {"login": "ada", "current_password": PASSWORD, "new_password": "Lovelace-1815"}
    assert (await parley.ask("POST", "/auth/password/change", change)).status == 204
    assert (await parley.log_in("ada", "Lovelace-1815")).status == 200


async def test_the_work_goes_on_behind_the_answer_and_any_replica_says_how_far(
    parley: House, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_users, "WAIT_S", 0.0)
    rows = "".join(f"p{number},P,agent,{PASSWORD if number % 2 else ''}\n" for number in range(40))
    token = await parley.token("root")
    async with others.auth(servers, parley):
        told = await report_running(parley, f"login,name,role,password\n{rows}-bad,P,agent,\n", token)
        assert (told["state"], told["total"], told["done"]) == ("running", 41, 1)
        assert lines(told) == [(42, "login")]
        assert "invitations" not in told
        done = await until_done(parley, told, token)
    assert (done["state"], done["created"], done["done"], done["faults"]) == ("done", 40, 41, told["faults"])
    assert len(done["invitations"]) == 20
    assert (await parley.log_in("p39")).status == 200


async def report_running(parley: House, csv: str, token: str) -> dict[str, Any]:
    told: dict[str, Any] = (await send(parley, csv, token, "?passwords=true")).body["report"]
    return told


async def test_whom_a_mail_reaches_gets_one_and_the_others_a_link(servers: Servers) -> None:
    async with MailServer() as post, house(servers, notifier=notifier(post)) as parley:
        await eventually(lambda: can_reset(parley))
        told = await report(parley, TWO)
        assert [each["login"] for each in told["invitations"]] == ["grace"]
        await eventually(lambda: len(post.taken) == 1)
        assert post.taken[0].recipients == ["ada@example.org"]
        await report(parley, TWO)
        again = await report(parley, TWO, query="?dry_run=true")
        assert (again["unchanged"], len(post.taken)) == (2, 1)


async def test_what_a_dead_replica_left_goes_on_with_the_same_file(servers: Servers) -> None:
    """Those whom it made are unchanged then, and those without a password still get their link."""
    rows = "".join(f"p{number},P,agent,{PASSWORD if number % 2 else ''}\n" for number in range(100))
    csv = f"login,name,role,password\n{rows}"
    async with house(servers, auth={"bcrypt_cost": 12, "bcrypt_workers": 1}) as parley:
        token = await parley.token("root")
        told = await report_running(parley, csv, token)
        (work,) = [task for task in asyncio.all_tasks() if task.get_name() == "import.carry_out"]

        async def made_some() -> bool:
            return bool((await status(parley, told["import_id"], token)).body["report"]["created"])

        await eventually(made_some, 20)
        assert (await parley.log_in("root")).status == 200
        work.cancel()
        await asyncio.wait([work], timeout=5)
        left = (await status(parley, told["import_id"], token)).body["report"]
        assert left["state"] == "interrupted" and 0 < left["created"] < 100
        assert len(left["invitations"]) == (left["created"] + 1) // 2
        again = await until_done(parley, await report_running(parley, csv.replace(PASSWORD, ""), token), token)
    assert (again["created"], again["unchanged"]) == (100 - left["created"], left["created"])


async def test_who_says_nothing_for_long_is_not_at_work(parley: House) -> None:
    told = await report(parley, TWO)
    await parley.database["imports"].update_one({"_id": told["import_id"]}, {"$set": {"state": "running"}})
    assert (await status(parley, told["import_id"])).body["report"]["state"] == "running"
    parley.clock.move(seconds=16)
    assert (await status(parley, told["import_id"])).body["report"]["state"] == "interrupted"


async def test_over_the_seats_the_last_lines_are_at_fault(servers: Servers, tmp_path: Path) -> None:
    file = File(tmp_path / "license")
    file.says(licence(seats=3))
    people = f"{HEADER}{''.join(f'p{number},P,agent,' + chr(10) for number in range(5))}"
    async with house(servers, auth=settings(file)) as parley:
        dry = await report(parley, people, query="?dry_run=true")
        told = await report(parley, people)
        assert [fault["line"] for fault in told["faults"]] == [4, 5, 6]
        assert dry["faults"] == told["faults"] and dry["created"] == told["created"] == 2
        assert await logins(parley) == ["p0", "p1", "root"]


async def test_two_who_import_for_the_last_seats_never_go_over_them(servers: Servers, tmp_path: Path) -> None:
    file = File(tmp_path / "license")
    file.says(licence(seats=51))
    files = [f"{HEADER}{''.join(f'{who}{n},P,agent,' + chr(10) for n in range(40))}" for who in "ab"]
    async with house(servers, auth=settings(file)) as parley:
        token = await parley.token("root")
        told = await asyncio.gather(*(report(parley, each, token) for each in files))
        assert sum(each["created"] for each in told) == 50
        assert len(await logins(parley)) == 51


async def test_every_line_of_a_file_may_be_bad(parley: House) -> None:
    lines = "".join(f"ada {number},Ada,agent\n" for number in range(5_000))
    answer = await parley.ask(
        "POST",
        "/users/import?dry_run=true",
        "login,name,role\n" + lines,
        await parley.token("root"),
        Content_Type="text/csv",
    )
    assert answer.status == 200, answer
    assert [fault["line"] for fault in answer.body["report"]["faults"]] == list(range(2, 5_002))


async def test_five_thousand_people_come_in_one_go(parley: House) -> None:
    csv = HEADER + "".join(f"person{number},Person {number},agent,\n" for number in range(5_000))
    token = await parley.token("root")
    began = monotonic()
    told = await report_of(parley, csv, token)
    answered_s = monotonic() - began
    given = list(told.get("invitations", []))
    while told["state"] == "running" or told.get("uninvited"):
        told = await until_done(parley, told, token)
        given += told.get("invitations", [])
    took_s = monotonic() - began
    assert (told["state"], told["created"], told["done"], told["faults"]) == ("done", 5_000, 5_000, [])
    assert len({each["login"] for each in given}) == len({each["link"] for each in given}) == 5_000
    assert answered_s < 4.5 and took_s < 20
    again = await report_of(parley, csv, token)
    assert (again["state"], again["created"], again["unchanged"]) == ("done", 0, 5_000)
    assert await parley.database["users"].count_documents({}) == 5_001
    await eventually(lambda: parley.names().count("auth.user.created") == 5_001, 30)
    print(f"5,000 people: answered after {answered_s:.1f} s, done after {took_s:.1f} s")


async def report_of(parley: House, csv: str, token: str) -> dict[str, Any]:
    answer = await send(parley, csv, token)
    assert answer.status == 200, answer
    told: dict[str, Any] = answer.body["report"]
    return told


async def test_whose_importer_is_disabled_is_interrupted_and_in_the_trail(
    parley: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It was an error of auth in the log, and the trail said nothing of the file."""
    monkeypatch.setattr(carry_out_import, "BATCH_MAX", 1)
    mallory = await parley.create("mallory", "admin")
    token, root = await parley.token("mallory"), await parley.token("root")
    csv = HEADER + "".join(f"p{number},P,agent,\n" for number in range(2_000))
    importing = asyncio.create_task(send(parley, csv, token))
    await eventually(lambda: _made(parley))
    disabled = await parley.ask("PATCH", f"/users/{mallory['user_id']}", {"disabled": True}, root)
    assert disabled.status == 200
    await importing
    (entry,) = await eventually(lambda: entries(parley, "user.import"), 10) or []
    one = await parley.database["imports"].find_one()
    made = await parley.database["users"].count_documents({"login": {"$regex": "^p"}})
    assert (entry["outcome"], entry["actor_login"]) == ("interrupted", "mallory")
    counts = {"total": "2000", "created": str(made), "unchanged": "0", "faulty": "0"}
    assert entry["detail"] == {"import_id": one["_id"], "why": "session_ended"} | counts
    assert (await status(parley, one["_id"], root)).body["report"]["state"] == "interrupted"
    said = "".join(capfd.readouterr())
    assert "task.crashed" not in said and said.count("import.interrupted") == 1


async def _made(parley: House) -> int:
    made: int = await parley.database["users"].count_documents({"login": {"$regex": "^p"}})
    return made


async def test_of_too_many_imports_at_once_one_has_to_wait(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_users, "RUNNING_MAX", 0)
    refused = await send(parley, TWO)
    assert (refused.code, refused.body["retry_after_s"]) == ("unavailable", 5.0)
    assert await parley.database["imports"].count_documents({}) == 0
    assert (await send(parley, TWO, query="?dry_run=true")).code == "unavailable"


async def test_files_are_read_one_after_another(parley: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those of dry runs, which are counted like others."""
    under_way, most = 0, 0
    read = Reading.read

    def slow(self: Reading, csv: str) -> Any:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.1)
        under_way -= 1
        return read(self, csv)

    monkeypatch.setattr(Reading, "read", slow)
    token = await parley.token("root")
    more = import_users.RUNNING_MAX + 2
    said = await asyncio.gather(*(send(parley, TWO, token, "?dry_run=true") for _ in range(more)))
    assert Counter(answer.code or str(answer.status) for answer in said) == {"200": more - 2, "unavailable": 2}
    assert most == 1
    assert (await report(parley, TWO, query="?dry_run=true"))["created"] == 2


async def test_one_more_is_too_many(parley: House) -> None:
    csv = HEADER + "".join(f"person{number},P,agent,\n" for number in range(5_001))
    assert (await send(parley, csv)).code == "too_large"
    assert await logins(parley) == ["root"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (f"{HEADER}ada,Adà,agent,\n".encode("latin-1"), {}),
        (f"{HEADER}ada,Ada,agent,\n".encode("utf-16"), {}),
        (TWO.encode(), {"Content_Type": "text/csv; charset=iso-8859-1"}),
        (TWO.encode(), {"Content_Encoding": "gzip"}),
        (TWO.encode(), {"Content_Type": "text/plain"}),
        (json.dumps({"csv": 7}).encode(), {"Content_Type": "application/json"}),
        (b'{"csv": "login\\ud800"}', {"Content_Type": "application/json"}),
    ],
)
async def test_what_is_no_file_is_invalid(parley: House, body: bytes, headers: dict[str, str]) -> None:
    refused = await send(parley, body, **headers)
    assert refused.code in ("invalid",), refused
    assert await logins(parley) == ["root"]


async def test_what_no_file_is_sent_as_is_said(parley: House) -> None:
    """Somebody who sent a file as curl does heard that it was not JSON; an empty one was an object without a field."""
    for kind in ("application/x-www-form-urlencoded", "text/plain", "application/octet-stream"):
        refused = await send(parley, TWO, Content_Type=kind)
        assert refused.code == "invalid"
        assert refused.body["message"] == "Send the file as text/csv, or as the field csv of a JSON object."
    for empty in ("", " \r\n"):
        refused = await send(parley, empty)
        assert (refused.code, refused.body["message"]) == ("invalid", "The file is empty."), empty
    token = await parley.token("root")
    broken = await parley.ask("POST", "/users/import", "{", token, Content_Type="application/json")
    assert broken.body["message"] == "The body is not JSON."


async def test_options_that_are_none_are_refused_and_never_taken_for_no(parley: House) -> None:
    token = await parley.token("root")
    for query in ("?dry_run=perhaps", "?dry_run=", "?dry_run=false&dry_run=true"):
        refused = await send(parley, TWO, token, query)
        assert (refused.code, list(refused.body["errors"])) == ("invalid", ["dry_run"]), query
    dry = await parley.ask("POST", "/users/import?dry_run=TRUE", {"csv": TWO}, token)
    assert dry.body["report"]["dry_run"] is True
    assert await logins(parley) == ["root"]


async def test_a_file_may_be_larger_than_anything_else_and_no_larger(parley: House) -> None:
    token = await parley.token("root")
    rows = "".join(f"p{number},{'N' * 90},agent,{'e' * 200}\n" for number in range(2_900))
    large = (HEADER + rows).encode()
    assert PACKET_BYTES_MAX < len(large) <= IMPORT_BYTES_MAX
    assert (await report_of(parley, large.decode(), token))["total"] == 2_900
    assert (await send(parley, large.ljust(IMPORT_BYTES_MAX + 1), token)).code == "too_large"
    assert (await send(parley, b"\x01" * IMPORT_BYTES_MAX, token)).code == "too_large"
    bomb = gzip.compress(b" " * 50_000_000)
    assert (await send(parley, bomb, token, Content_Encoding="gzip")).code == "too_large"
    assert (await parley.ask("POST", "/users", large, token, Content_Type="text/csv")).code == "too_large"

    assert IMPORT_BYTES_MAX < 19 * 50_000 < IMPORT_SENT_BYTES_MAX

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(19):
            yield b" " * 50_000

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/csv"}
    url = f"{parley.url}/api/v1/users/import"
    async with parley.http.post(url, data=unannounced(), headers=headers) as response:
        assert response.status == 413
