"""The contract as others' tools read it: TypeScript compiles it, and AsyncAPI's own schema accepts it."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from contracts.published.asyncapi import asyncapi
from deploy.local.node import node

ROOT = Path(__file__).parents[2]
OPTIONS = ("--noEmit", "--strict", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")


@pytest.fixture
def folder(beside_the_client: Path, tmp_path: Path) -> Path:
    """Of each test its own, with the types and the sample."""
    folder = beside_the_client / tmp_path.name
    folder.mkdir()
    shutil.copy(ROOT / "web" / "contract" / "index.ts", folder / "contract.ts")
    shutil.copy(ROOT / "tests" / "web" / "client_in_typescript.ts", folder)
    return folder


def test_a_client_in_typescript_compiles(beside_the_client: Path, folder: Path) -> None:
    code, said = _compile(beside_the_client, folder)
    assert code == 0, said


def test_a_field_that_is_renamed_would_be_seen(beside_the_client: Path, folder: Path) -> None:
    contract = folder / "contract.ts"
    contract.write_text(contract.read_text().replace("  client_message_id: string;", "  message_key: string;"))
    code, said = _compile(beside_the_client, folder)
    assert code != 0 and "client_message_id" in said


def test_asyncapis_own_schema_accepts_the_document(beside_the_client: Path) -> None:
    _asyncapi_validator(beside_the_client).validate(asyncapi())


@pytest.mark.parametrize("part", ["asyncapi", "info", "channels", "operations"])
def test_a_broken_document_would_be_seen(beside_the_client: Path, part: str) -> None:
    broken = {**asyncapi(), part: {"socket": {"messages": 7, "action": "shout"}}}
    assert not _asyncapi_validator(beside_the_client).is_valid(broken)


def _compile(beside_the_client: Path, folder: Path) -> tuple[int, str]:
    compiler = beside_the_client / "node_modules" / "typescript" / "bin" / "tsc"
    command = [str(node().path), str(compiler), *OPTIONS, str(folder / "client_in_typescript.ts")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout


def _asyncapi_validator(beside_the_client: Path) -> Any:
    path = beside_the_client / "node_modules" / "@asyncapi" / "specs" / "schemas" / "3.0.0.json"
    return Draft7Validator(json.loads(path.read_text()))
