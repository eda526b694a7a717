"""`parley first-admin`: one admin where there is none, by one operator, with a password that nobody else reads."""

import asyncio
import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chassis.bus.caller import calling
from contracts.auth import CreateFirstAdmin
from contracts.everything import ASKS
from deploy.local.process import ROOT
from parley.cluster import ClusterSettings
from tests.doors.house import House, Servers
from tests.services.parley.conftest import Command

OWN = "Chosen-by-Ada-1"
ADA = ("first-admin", "--login", "ada", "--name", "Ada", "--email", "ada@example.org")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text(f"{OWN}\n")
    return path


async def trail(parley: House) -> list[tuple[Any, ...]]:
    entries = parley.database["audit"].find({"action": "user.create_first_admin"})
    return [(each["outcome"], each.get("actor_id"), each["target_login"]) async for each in entries]


async def test_the_first_admin_can_come_in(parley: House, command: Command, own: Path) -> None:
    ended = await command(*ADA, "--password-file", own)
    assert (ended.code, ended.said, ended.complained) == (0, "ada is an admin now.\n", "")
    answer = await parley.log_in("ada", OWN)
    assert (answer.status, answer.body["user"]["role"]) == (200, "admin")
    assert await trail(parley) == [("done", None, "ada")]


async def test_there_is_only_one_first_admin(parley: House, command: Command, own: Path) -> None:
    assert (await command(*ADA, "--password-file", own)).code == 0
    again = await command("first-admin", "--login", "grace", "--name", "Grace", "--password-file", own)
    assert (again.code, again.said) == (2, "")
    assert again.complained == "parley: An admin is there already: further people are made by them.\n"
    assert await parley.database["users"].count_documents({"login": "grace"}) == 0


async def test_of_two_operators_at_once_one_makes_the_first_admin(parley: House, command: Command, own: Path) -> None:
    people = [("first-admin", "--login", f"ada_{number}", "--name", "Ada") for number in range(4)]
    ended = await asyncio.gather(*(command(*one, "--password-file", own) for one in people))
    assert sorted(each.code for each in ended) == [0, 2, 2, 2]
    assert await parley.database["users"].count_documents({"role": "admin", "disabled": False}) == 1
    assert len(await trail(parley)) == 1


async def test_at_the_same_moment_auth_decides(parley: House, servers: Servers) -> None:
    """The asks of twenty operators, all sent before the first answer."""
    settings = ClusterSettings(nats_url=servers.nats.url, nats_password=servers.nats.passwords["operator"])
    ask = ASKS["user.create_first_admin"]
    async with calling(settings) as caller:
        wanted = [CreateFirstAdmin(login=f"ada_{n}", name="Ada", password=OWN) for n in range(20)]
        answers = await asyncio.gather(*(caller.ask(ask, one) for one in wanted), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, BaseException)]
    assert {getattr(each, "code", each) for each in refused} == {"conflict"} and len(refused) == 19
    assert await parley.database["users"].count_documents({"role": "admin", "disabled": False}) == 1


async def test_an_invited_admin_sets_the_password_by_a_link(parley: House, command: Command) -> None:
    ended = await command(*ADA, "--invite")
    assert ended.code == 0, ended
    link = ended.said.split()[-1]
    assert link.startswith("http"), ended.said
    token = link.partition("=")[2]
    reset = await parley.ask("POST", "/auth/password/reset", {"token": token, "new_password": OWN})
    assert reset.status == 204, reset
    assert (await parley.log_in("ada", OWN)).status == 200


async def test_a_link_that_was_lost_keeps_no_operator_out(parley: House, command: Command, own: Path) -> None:
    """Nobody could come in any more: an admin was there, who had no password."""
    for login in ("ada", "grace"):
        assert (await command("first-admin", "--login", login, "--name", "Ada", "--invite")).code == 0
    made = await command("first-admin", "--login", "linus", "--name", "Linus", "--password-file", own)
    assert made.code == 0, made
    assert (await command("first-admin", "--login", "edsger", "--name", "E", "--invite")).code == 2


async def test_what_auth_refuses_is_one_sentence(parley: House, command: Command, tmp_path: Path, own: Path) -> None:
    (tmp_path / "short").write_text("short")
    ended = await command(*ADA, "--password-file", tmp_path / "short")
    assert ended.code == 1 and ended.complained.startswith("parley: ") and "password" in ended.complained
    assert ended.complained.count("\n") == 1
    taken = await command("first-admin", "--login", "root", "--name", "Ada", "--password-file", own)
    assert (taken.code, taken.complained) == (1, "parley: This login is taken. login: Taken.\n")


async def test_a_local_cluster_is_named_by_its_folder(
    parley: House, offline: Command, servers: Servers, folder: Path, own: Path
) -> None:
    described = folder / "run" / "cluster.json"
    described.write_text(json.dumps({"nats_url": servers.nats.url}))
    assert (await offline(*ADA, "--password-file", own, "--data-dir", folder)).code == 0
    described.write_text(json.dumps({"nats_url": None}))
    assert (await offline(*ADA, "--password-file", own, "--data-dir", folder)).code == 1
    described.unlink()
    ended = await offline(*ADA, "--password-file", own, "--data-dir", folder)
    assert ended.code == 2 and "No cluster runs on DATA_DIR" in ended.complained


async def test_secrets_of_the_command_can_come_from_files(
    parley: House, offline: Command, command: Command, tmp_path: Path, own: Path
) -> None:
    (tmp_path / "nats").write_text(command.variables["PARLEY_NATS_PASSWORD"] + "\n")
    variables = {
        "PARLEY_NATS_URL": command.variables["PARLEY_NATS_URL"],
        "PARLEY_NATS_PASSWORD_FILE": str(tmp_path / "nats"),
    }
    assert (await offline(*ADA, "--password-file", own, **variables)).code == 0


async def test_a_password_is_typed_twice_and_not_shown(parley: House, command: Command) -> None:
    code, shown = await asyncio.to_thread(_type, command, OWN, "Something-else-1")
    assert (code, "two different passwords" in shown) == (2, True)
    code, shown = await asyncio.to_thread(_type, command, OWN, OWN)
    assert code == 0, shown
    assert OWN not in shown
    assert (await parley.log_in("ada", OWN)).status == 200


async def test_nobody_types_a_password_for_a_cluster_that_is_not_there(command: Command, offline: Command) -> None:
    """It was asked for twice, and then there was no cluster."""
    away = {"PARLEY_NATS_URL": "nats://127.0.0.1:1"}
    for variables, ends, why in (
        (offline.variables, 2, "Which cluster?"),
        (command.variables | away, 1, "NATS cannot be reached"),
        (command.variables | {"PARLEY_NATS_PASSWORD": "wrong"}, 1, "does not admit"),
    ):
        code, shown = await asyncio.to_thread(_type, Command(variables), OWN, OWN)
        assert (code, why in shown, "Password" in shown) == (ends, True, False), shown


def _type(command: Command, *passwords: str) -> tuple[int, str]:
    """At a terminal: each password when it is asked for. The exit code, and all that the terminal showed."""
    terminal, end = pty.openpty()
    words = (sys.executable, "-m", "parley", *ADA)
    variables = os.environ | command.variables
    process = subprocess.Popen(
        words, cwd=ROOT, env=variables, stdin=end, stdout=end, stderr=end, start_new_session=True
    )
    os.close(end)
    shown, left = "", list(passwords)
    try:
        while True:
            try:
                shown += os.read(terminal, 1024).decode()
            except OSError:  # the other end is closed
                return process.wait(30), shown
            if left and shown.endswith(": "):
                os.write(terminal, f"{left.pop(0)}\n".encode())
    finally:
        process.kill()
        process.wait()
        os.close(terminal)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (ADA, "no terminal"),
        ((*ADA, "--password-file", "/nowhere/password"), "cannot be read: No such file"),
        ((*ADA, "--password-file", "x", "--invite"), "not allowed with"),
        (("first-admin", "--login", "ada", "--invite"), "--name"),
        ((*ADA, "--invite"), "PARLEY_NATS_URL is missing; PARLEY_NATS_PASSWORD is missing"),
        ((*ADA, "--invite", "--data-dir", "/nowhere"), "No cluster runs on DATA_DIR /nowhere"),
        ((), "verb"),
        (("licence",), "invalid choice"),
    ],
)
async def test_asked_in_the_wrong_way_it_says_so(offline: Command, words: tuple[str, ...], why: str) -> None:
    ended = await offline(*words)
    assert (ended.code, ended.said) == (2, "")
    assert why in ended.complained


async def test_where_the_cluster_is_away_it_says_so(offline: Command, command: Command, servers: Servers) -> None:
    nowhere = {"PARLEY_NATS_URL": "nats://operator:s3cret@127.0.0.1:1", "PARLEY_NATS_PASSWORD": "s3cret"}
    ended = await offline(*ADA, "--invite", **nowhere)
    assert ended.code == 1 and ended.complained.startswith("parley: NATS cannot be reached: Connect call failed")
    assert "s3cret" not in ended.complained
    ended = await command(*ADA, "--invite", PARLEY_NATS_PASSWORD="wrong")
    assert (ended.code, "does not admit" in ended.complained) == (1, True)
