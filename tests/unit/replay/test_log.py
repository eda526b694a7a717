"""The log reader takes what is a chat log, and says what is wrong with anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.replay.log import Line, LogUnreadable, names, read_log

GOOD = '{"minute": 3, "from": "Ada", "to": "Grace", "text": "Grace: hello"}'


def write(folder: Path, *rows: str) -> Path:
    path = folder / "log.jsonl"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def test_reads_lines_in_order(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, "", '{"minute": 4, "from": "Linus", "to": null, "text": "na\\u00efve \\u2028 text"}')
    assert read_log(path) == [Line(3, "Ada", "Grace: hello", "Grace"), Line(4, "Linus", "na\u00efve \u2028 text")]


def test_reads_the_first_so_many(tmp_path: Path) -> None:
    assert len(read_log(write(tmp_path, *[GOOD] * 5), limit=2)) == 2


def test_names_are_those_who_write(tmp_path: Path) -> None:
    lines = read_log(write(tmp_path, GOOD, GOOD.replace("Ada", "Linus"), GOOD))
    assert names(lines) == ["Ada", "Linus"]


@pytest.mark.parametrize(
    "row",
    [
        "not JSON",
        "[]",
        '{"minute": 3, "to": null, "text": "nobody"}',
        '{"minute": "three", "from": "Ada", "to": null, "text": "when"}',
        '{"minute": 3, "from": "Ada", "to": null, "text": " "}',
        '{"minute": 3, "from": "", "to": null, "text": "who"}',
    ],
)
def test_says_which_line_is_none(tmp_path: Path, row: str) -> None:
    with pytest.raises(LogUnreadable, match="line 2"):
        read_log(write(tmp_path, GOOD, row))


def test_says_that_there_is_no_file_or_nothing_in_it(tmp_path: Path) -> None:
    with pytest.raises(LogUnreadable, match="cannot be read"):
        read_log(tmp_path / "none.jsonl")
    with pytest.raises(LogUnreadable, match="no message"):
        read_log(write(tmp_path, ""))
