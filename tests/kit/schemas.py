"""Schemas as a validator reads them."""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

Schema = dict[str, Any]
DOCUMENT = "urn:document"


def validator_of(schema: Schema, documents: dict[str, Schema]) -> Draft202012Validator:
    """`documents`: by address, what `$ref` may lead to. Times are looked at, too."""
    resources = [(address, DRAFT202012.create_resource(one)) for address, one in documents.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    return Draft202012Validator(schema, registry=registry, format_checker=FormatChecker())


def refs(document: object) -> Iterator[str]:
    if isinstance(document, dict):
        if isinstance(document.get("$ref"), str):
            yield document["$ref"]
        for one in document.values():
            yield from refs(one)
    elif isinstance(document, list):
        for one in document:
            yield from refs(one)


def fits(document: Schema, schema: Schema, example: Any) -> None:
    """Where a `#/...` in the schema is one of the document. Raises ValidationError."""
    within(document, schema).validate(example)


def within(document: Schema, schema: Schema) -> Draft202012Validator:
    return validator_of(_elsewhere(schema), {DOCUMENT: document})


def _elsewhere(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_elsewhere(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: DOCUMENT + value if key == "$ref" else _elsewhere(value) for key, value in schema.items()}


def at(document: Any, ref: str) -> Any:
    """Raises KeyError where a `#/...` leads nowhere."""
    for step in ref.removeprefix("#/").split("/"):
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document
