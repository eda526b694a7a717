"""The bot in the README of parley_client, to the letter, with the package installed as anybody would install it."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path
from typing import Any

import pytest

from deploy.local.pip import pip_for
from tests.kit.history import Body
from tests.kit.waiting import eventually
from tests.kit.wire_to import WireTo
from tests.stories.conftest import ROOT, Enter, Running

CLIENT = ROOT / "parley_client"
MANUAL = (CLIENT / "README.md").read_text()
(BOT,) = re.findall(r"^```python\n(.*?)^```", MANUAL, re.DOTALL | re.MULTILINE)
(MAKING,) = re.findall(r"^```sh\n(.*?)^```", MANUAL, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and nothing else of ours."""
    copy, folder = tmp_path_factory.mktemp("source") / "parley_client", tmp_path_factory.mktemp("installed")
    shutil.copytree(CLIENT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    install = [*pip_for(Path(sys.executable)), "install", "--no-build-isolation", "--no-deps", "--no-index"]
    subprocess.run([*install, "--quiet", "--target", str(folder), str(copy)], check=True, timeout=100)
    return folder


async def test_it_has_twenty_lines() -> None:
    assert len([line for line in BOT.splitlines() if line.strip()]) <= 20


@pytest.fixture(scope="module")
def secret(cluster: Running) -> str:
    """As the README has it made."""
    making = ["sh", "-ec", MAKING.replace("http://127.0.0.1:8080", cluster.url)]
    return subprocess.run(making, capture_output=True, check=True, text=True).stdout.strip()


async def run(token: str, url: str, installed: Path, folder: Path, said: Any) -> asyncio.subprocess.Process:
    (folder / "bot.py").write_text(BOT)
    env = {**os.environ, "PARLEY_URL": url, "PARLEY_TOKEN": token, "PYTHONPATH": str(installed)}
    command = [sys.executable, "-W", "error", "bot.py"]
    return await asyncio.create_subprocess_exec(*command, stdout=said, stderr=STDOUT, cwd=folder, env=env)


async def test_it_answers_until_its_token_is_revoked(
    cluster: Running, enter: Enter, installed: Path, secret: str, tmp_path: Path
) -> None:
    """And comes back when its wire is cut meanwhile."""
    wire = WireTo(cluster.url)
    async with wire.open() as url:
        bot = await run(secret, url, installed, tmp_path, PIPE)
        try:
            sofia = await enter("sofia")
            dice = (await sofia.ask("user.list", q="dice"))["users"][0]
            assert dice["kind"] == "service"
            asked: set[int] = set()

            def rolled() -> list[Body]:
                pushed = [push["message"] for push in sofia.pushes("message.sent")]
                return [message for message in pushed if message["sender_id"] == dice["user_id"]]

            async def is_answered(already: int) -> bool:
                """It hears from when it is connected, which it does not say."""
                asked.add((await sofia.send(to={"user_id": dice["user_id"]}, text="!roll the dice"))["seq"])
                await sofia.send(to={"user_id": dice["user_id"]}, text="said to nobody")
                return len(rolled()) > already

            await eventually(lambda: is_answered(0), 30.0, every_s=0.5, what="the bot answers")
            wire.cut()
            already = len(rolled())
            await eventually(lambda: is_answered(already), 30.0, every_s=0.5, what="the bot answers again")
            assert {message["reply_to_seq"] for message in rolled()} <= asked
            assert all(re.fullmatch("[1-6]", message["text"]) for message in rolled())
            admin = await enter("admin")
            (token,) = (await admin.ask("token.list", user_id=dice["user_id"]))["tokens"]
            assert bot.returncode is None
            await admin.ask("token.revoke", token_id=token["token_id"])
            said, _ = await asyncio.wait_for(bot.communicate(), 20)
            assert said.decode().splitlines()[-1].startswith("parley_client.errors.Ended: session_ended")
        finally:
            if bot.returncode is None:
                bot.kill()
            await bot.wait()


async def test_it_ends_with_a_reason_where_the_token_is_none(cluster: Running, installed: Path, tmp_path: Path) -> None:
    bot = await run("parley_" + "x" * 43, cluster.url, installed, tmp_path, PIPE)
    said, _ = await asyncio.wait_for(bot.communicate(), 20)
    assert said.decode().splitlines()[-1].endswith("Refused: token_invalid: There is no such token.")
    assert bot.returncode == 1


def test_it_brings_its_types_along_and_nothing_of_the_house(installed: Path, tmp_path: Path) -> None:
    look = "import sys, parley_client; print(*{name.partition('.')[0] for name in sys.modules})"
    env = {**os.environ, "PYTHONPATH": str(installed)}
    seen = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, env=env, capture_output=True, check=True).stdout
    assert not {"contracts", "chassis", "services", "tests"} & set(seen.decode().split())
    assert (installed / "parley_client" / "py.typed").exists()
