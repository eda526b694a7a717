"""Types in words, for pages: what a schema says of a field, with its limits."""

from contracts.endings import ENDINGS
from contracts.fields import BYTES_MAX
from contracts.published.schemas import Schema
from contracts.refusals import STATUS


def type_in_words(schema: Schema) -> str:
    if "$ref" in schema:
        return f"[{schema['$ref']}](#{schema['$ref'].lower()})"
    if "anyOf" in schema:
        return " or ".join(map(type_in_words, schema["anyOf"]))
    if schema.get("enum") == list(STATUS):
        return "one of the [codes](#codes)"
    if schema.get("enum") == list(ENDINGS):
        return "one of the [endings](#endings)"
    if "enum" in schema:
        return " or ".join(f'`"{one}"`' for one in schema["enum"]) + _default(schema)
    match schema["type"]:
        case "array":
            most = f", at most {schema['maxItems']:,}" if "maxItems" in schema else ""
            return f"list of {type_in_words(schema['items'])}{most}"
        case "object":
            return f"by name: {type_in_words(schema['additionalProperties'])}"
        case "string":
            return ("time" if schema.get("format") == "date-time" else "string") + _length(schema) + _default(schema)
        case kind:
            return f"{kind}{_range(schema)}{_default(schema)}"


def answer_in_words(schema: Schema) -> str:
    """Its fields in one sentence."""
    fields = [
        f"`{name}`{'' if name in schema['required'] else '?'} ({type_in_words(one)})"
        for name, one in schema["properties"].items()
    ]
    return f"{', '.join(fields)}." if fields else "nothing."


def _length(schema: Schema) -> str:
    if "pattern" in schema:
        return f", `{schema['pattern']}`"
    what = "bytes of UTF-8" if BYTES_MAX in schema else "characters"
    return _between(schema.get("minLength"), schema.get("maxLength"), f" {what}")


def _range(schema: Schema) -> str:
    return _between(schema.get("minimum"), schema.get("maximum"), "")


def _between(least: int | None, most: int | None, what: str) -> str:
    if least is None:
        return "" if most is None else f", at most {most:,}{what}"
    return f", from {least:,}{what}" if most is None else f", {least:,} to {most:,}{what}"


def _default(schema: Schema) -> str:
    default = schema.get("default")
    return "" if default in (None, "") else f"; else {str(default).lower()}"
