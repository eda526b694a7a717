"""The golden examples: of every ask, event and push one, as it is said. Data of this package, read once as its code is."""

import json
from importlib.resources import files
from typing import Any


def _read(name: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((files(__package__) / f"{name}.json").read_text("utf-8"))
    return content


ASKS = _read("asks")
"""By name: {request, answer}."""
EVENTS = _read("events")
PUSHES = _read("pushes")
