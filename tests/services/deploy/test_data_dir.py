"""One cluster at a time on a DATA_DIR, and what is kept there."""

import asyncio
import stat
from pathlib import Path

import pytest

from deploy.local.data_dir import LOG_BYTES_MAX, DataDir, Hold
from deploy.local.errors import CannotStart

pytestmark = pytest.mark.asyncio


async def test_a_second_cluster_is_refused_at_once(tmp_path: Path) -> None:
    first, second = Hold(DataDir(tmp_path)), Hold(DataDir(tmp_path))
    await first.take()
    async with asyncio.timeout(20):
        with pytest.raises(CannotStart, match="Another cluster"):
            await second.take()
    first.release()
    second.release()


async def test_a_cluster_waits_for_one_that_is_stopping(tmp_path: Path) -> None:
    first, second = Hold(DataDir(tmp_path)), Hold(DataDir(tmp_path))
    await first.take()
    first.say("stopping")
    waiting = asyncio.create_task(second.take())
    done, _ = await asyncio.wait((waiting,), timeout=1)
    assert not done
    first.release()
    async with asyncio.timeout(20):
        await waiting
    second.release()


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CannotStart, match="cannot be written"):
        DataDir(tmp_path / "file")


async def test_passwords_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    first = DataDir(tmp_path).passwords(("auth",))
    second = DataDir(tmp_path).passwords(("auth", "gateway"))
    assert second["auth"] == first["auth"] != second["gateway"]
    assert stat.S_IMODE((tmp_path / "run" / "secrets.json").stat().st_mode) == 0o600


async def test_a_log_that_has_grown_is_set_aside_while_its_process_goes_on_writing(tmp_path: Path) -> None:
    """Logs were looked at when a process started: one that ran long filled the disk."""
    data_dir, log = DataDir(tmp_path), tmp_path / "log" / "auth-1.log"
    with data_dir.open_log("auth-1") as written:
        for letter in "ab":
            written.write(letter * (LOG_BYTES_MAX + 1))
            written.flush()
            data_dir.bound_logs()
            written.write("next\n")
            written.flush()
            assert log.read_text() == "next\n"
            assert log.with_suffix(".log.1").read_text().endswith(letter * LOG_BYTES_MAX)
    data_dir.bound_logs()
    assert log.read_text() == "next\n"
