"""Keeps the contract of today as the released one, which `make check` compares with from then on: `make release-schemas`.

Refuses what would break those who rely on the last one. `--breaking` keeps it all the same: with a new major version, and what
they have to do in the CHANGELOG."""

import sys
from json import dumps, loads
from pathlib import Path
from typing import Any

from contracts.published import VERSION
from contracts.published.compatibility import breaks, surface

RELEASED = Path(__file__).parents[1] / "contracts" / "released" / "contract.json"


def last_release() -> dict[str, Any]:
    found: dict[str, Any] = loads(RELEASED.read_text("utf-8"))
    return found


def main(words: list[str]) -> int:
    now = surface()
    broken = breaks(last_release(), now) if RELEASED.exists() else []
    if broken and words != ["--breaking"]:
        print("\n".join((*broken, "Not released: mend it, or say ARGS=--breaking.")), file=sys.stderr)
        return 1
    RELEASED.write_text(_written({"version": VERSION, **now}), "utf-8")
    print(
        f"{RELEASED.name}: {len(now['rows'])} asks, pushes and events of version {VERSION}, {len(now['types'])} types"
    )
    return 0


def _written(release: dict[str, Any]) -> str:
    """A line for each row and field: what changes is seen in a review."""
    types = ",\n".join(
        f"    {dumps(name)}: {{"
        + ",".join(f"\n      {dumps(field)}: {dumps(one)}" for field, one in fields.items())
        + "}"
        for name, fields in release["types"].items()
    )
    rows = ",\n".join(f"    {dumps(name)}: {dumps(row, ensure_ascii=False)}" for name, row in release["rows"].items())
    return f'{{\n  "version": {dumps(release["version"])},\n  "rows": {{\n{rows}\n  }},\n  "types": {{\n{types}\n  }}\n}}\n'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
