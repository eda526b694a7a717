"""What is written is what the table says today."""

from pathlib import Path

from scripts.publish import SCHEMAS, documents

ROOT = Path(__file__).parents[3]


def test_what_is_written_is_what_the_table_says() -> None:
    stale = [
        str(path)
        for path, text in documents().items()
        if not (ROOT / path).exists() or (ROOT / path).read_text("utf-8") != text
    ]
    assert not stale, "the contract has changed since: make publish"


def test_no_schema_is_left_of_a_type_that_is_gone() -> None:
    written = {path.relative_to(ROOT) for path in (ROOT / SCHEMAS).glob("*")}
    assert written == {path for path in documents() if path.parent == SCHEMAS}
