"""JSON schemas: what is said as the golden examples fits, and what is broken does not."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from contracts import golden
from contracts.everything import ASKS, EVENTS, PUSHES
from contracts.limits import MEMBERS_MAX, PAGE_MAX, TEXT_BYTES_MAX
from contracts.published.schemas import files
from tests.kit.schemas import Schema, refs, validator_of

FILES = files()


def _examples() -> Iterator[tuple[str, str, Any]]:
    """Name, type, example."""
    for name, ask in ASKS.items():
        yield f"{name} →", ask.request.__name__, golden.ASKS[name]["request"]
        yield f"{name} ←", ask.answer.__name__, golden.ASKS[name]["answer"]
    yield from ((name, event.body.__name__, golden.EVENTS[name]) for name, event in EVENTS.items())
    yield from ((name, push.body.__name__, golden.PUSHES[name]) for name, push in PUSHES.items())


EXAMPLES = list(_examples())


def _validator(kind: str) -> Draft202012Validator:
    return validator_of(FILES[f"{kind}.json"], FILES)


@pytest.mark.parametrize("name", FILES)
def test_each_is_a_schema_and_leads_only_to_files_beside_it(name: str) -> None:
    Draft202012Validator.check_schema(FILES[name])
    assert set(refs(FILES[name])) <= set(FILES)


@pytest.mark.parametrize(("kind", "example"), [one[1:] for one in EXAMPLES], ids=[one[0] for one in EXAMPLES])
def test_a_golden_example_fits_and_breaking_it_is_seen(kind: str, example: Any) -> None:
    validator = _validator(kind)
    validator.validate(example)
    for field in FILES[f"{kind}.json"]["required"]:
        without = {name: value for name, value in example.items() if name != field}
        assert not validator.is_valid(without), f"without {field}"
    for field in example:
        assert not validator.is_valid({**example, field: None}), f"{field} is null"
        assert not validator.is_valid({**example, field: object()}), f"{field} is nothing of JSON"


@pytest.mark.parametrize("kind", sorted({kind for _, kind, _ in EXAMPLES}))
def test_what_a_later_version_adds_fits(kind: str) -> None:
    example = next(example for _, one, example in EXAMPLES if one == kind)
    _validator(kind).validate({**example, "from_the_future": {"x": [1]}})


@pytest.mark.parametrize(
    ("kind", "changed"),
    [
        ("SendMessage", {"text": ""}),
        ("SendMessage", {"text": "x" * (TEXT_BYTES_MAX + 1)}),
        ("SendMessage", {"client_message_id": "x" * 65}),
        ("SendMessage", {"to": {}}),
        ("SendMessage", {"to": {"user_id": "u_Ada1", "conversation_id": "g_floor1"}}),
        ("CreateGroup", {"member_ids": ["u_Ada1"] * (MEMBERS_MAX + 1)}),
        ("CreateGroup", {"history": "nothing"}),
        ("ListMessages", {"limit": PAGE_MAX + 1}),
        ("CreateUser", {"role": "owner"}),
        ("CreateUser", {"login": "a b"}),
        ("SetPresence", {"note": "x" * 141}),
        ("SetPresence", {"status_until": "tomorrow"}),
        ("Watch", {"user_ids": "everybody"}),
    ],
    ids=lambda one: one if isinstance(one, str) else ascii(one)[:40],
)
def test_limits_and_closed_lists_are_in_them(kind: str, changed: Schema) -> None:
    example = next(example for _, one, example in EXAMPLES if one == kind)
    assert not _validator(kind).is_valid({**example, **changed})


def test_what_is_said_of_a_field_is_there() -> None:
    revision = FILES["Message.json"]["properties"]["revision"]
    assert revision["description"].endswith("the highest is the newest.")
