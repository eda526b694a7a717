"""Writes what is made from the contract: pages, schemas, TypeScript, Python, NATS's configuration. `make publish` runs it.

A test compares the files with what this would write."""

from json import dumps
from pathlib import Path

import msgspec

from chassis.settings import PREFIX
from contracts.published.pages import Page
from contracts.published.python import python
from contracts.published.schemas import files as schema_files
from contracts.published.typescript import typescript
from deploy.nats.servers import of_a_cluster, of_one_server
from services.auth.settings import AuthSettings
from services.gateway.settings import GatewaySettings
from services.messenger.settings import MessengerSettings

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "contracts" / "published" / "templates"
SCHEMAS = Path("docs", "schemas")
PYTHON = Path("parley_client", "contract")
SETTINGS = (AuthSettings, MessengerSettings, GatewaySettings)


def documents() -> dict[Path, str]:
    """By path below the root. Raises KeyError where a page does not tell everything."""
    protocol = page("protocol")
    made = {Path("docs", "protocol.md"): protocol.text(), Path("docs", "events.md"): page("events").text()}
    if protocol.untold():
        raise KeyError(f"protocol.md has no place for {', '.join(sorted(protocol.untold()))}")
    made |= {
        SCHEMAS / name: dumps(schema, indent=2, ensure_ascii=False) + "\n" for name, schema in schema_files().items()
    }
    made |= {PYTHON / f"{name}.py": text for name, text in python().items()}
    made |= {Path("deploy", "compose", "nats.conf"): of_one_server()}
    made |= {Path("k8s", "components", "nats", "nats.conf"): of_a_cluster()}
    return {**made, Path("web", "contract", "index.ts"): typescript()}


def page(name: str) -> Page:
    return Page((TEMPLATES / f"{name}.md").read_text("utf-8"), _defaults())


def _defaults() -> dict[str, object]:
    fields = [field for kind in SETTINGS for field in msgspec.structs.fields(kind)]
    return {PREFIX + field.name.upper(): field.default for field in fields if field.default is not msgspec.NODEFAULT}


def publish() -> None:
    made = documents()
    for path, text in made.items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text, "utf-8")
    for path in (ROOT / SCHEMAS).glob("*.json"):
        if path.relative_to(ROOT) not in made:
            path.unlink()


if __name__ == "__main__":
    publish()
