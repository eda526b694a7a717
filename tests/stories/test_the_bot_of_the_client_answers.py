"""The bot in the README of parley_client, to the letter, with the package installed as anybody would install it."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from asyncio.subprocess import PIPE, STDOUT
from pathlib import Path

import pytest

from deploy.local.pip import pip_for
from tests.kit.history import Body
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, ROOT, Enter, Running

CLIENT = ROOT / "parley_client"
(BOT,) = re.findall(r"^```python\n(.*?)^```", (CLIENT / "README.md").read_text(), re.DOTALL | re.MULTILINE)


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


async def test_it_answers(cluster: Running, enter: Enter, installed: Path, tmp_path: Path) -> None:
    (tmp_path / "bot.py").write_text(BOT)
    who = {"PARLEY_URL": cluster.url, "PARLEY_LOGIN": "marco", "PARLEY_PASSWORD": PASSWORD}
    env = {**os.environ, **who, "PYTHONPATH": str(installed)}
    said = tmp_path / "said"
    with said.open("w") as file:
        bot = await asyncio.create_subprocess_exec(
            sys.executable, "-W", "error", "bot.py", stdout=file, stderr=STDOUT, cwd=tmp_path, env=env
        )
    try:
        sofia = await enter("sofia")
        marco = (await sofia.ask("user.list", q="marco"))["users"][0]["user_id"]
        asked: set[int] = set()

        def rolled() -> list[Body]:
            pushed = [push["message"] for push in sofia.pushes("message.sent")]
            return [message for message in pushed if message["sender_id"] == marco]

        async def is_answered() -> bool:
            """It hears from when it is connected, which it does not say."""
            asked.add((await sofia.send(to={"user_id": marco}, text="!roll the dice"))["seq"])
            await sofia.send(to={"user_id": marco}, text="said to nobody")
            return bool(rolled())

        await eventually(is_answered, 30.0, every_s=0.5, what="the bot answers")
        assert {message["reply_to_seq"] for message in rolled()} <= asked
        assert re.fullmatch("[1-6]", rolled()[0]["text"])
        assert bot.returncode is None
    finally:
        if bot.returncode is None:
            bot.terminate()
        await bot.wait()


async def test_it_ends_with_a_reason_where_the_password_is_wrong(
    cluster: Running, installed: Path, tmp_path: Path
) -> None:
    (tmp_path / "bot.py").write_text(BOT)
    who = {"PARLEY_URL": cluster.url, "PARLEY_LOGIN": "marco", "PARLEY_PASSWORD": "Wrong-2026"}
    bot = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "bot.py",
        stdout=PIPE,
        stderr=STDOUT,
        cwd=tmp_path,
        env={**os.environ, **who, "PYTHONPATH": str(installed)},
    )
    said, _ = await asyncio.wait_for(bot.communicate(), 20)
    assert said.decode().splitlines()[-1].endswith("Refused: invalid_credentials: Login or password is wrong.")
    assert bot.returncode == 1


def test_it_brings_its_types_along_and_nothing_of_the_house(installed: Path, tmp_path: Path) -> None:
    look = "import sys, parley_client; print(*{name.partition('.')[0] for name in sys.modules})"
    env = {**os.environ, "PYTHONPATH": str(installed)}
    seen = subprocess.run([sys.executable, "-c", look], cwd=tmp_path, env=env, capture_output=True, check=True).stdout
    assert not {"contracts", "chassis", "services", "tests"} & set(seen.decode().split())
    assert (installed / "parley_client" / "py.typed").exists()
