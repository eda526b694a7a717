"""`parley license keygen`, `make` and `inspect`: files that pass, files that do not, and nothing overwritten."""

import stat
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from contracts.license import public_key, read
from tests.services.parley.conftest import Command, Ended

TERMS = ("--customer", "Example Ltd", "--seats", 300, "--contact", "sales@example.org")
Make = Callable[..., Awaitable[Ended]]


@pytest.fixture
def make(offline: Command, tmp_path: Path) -> Make:
    async def run(*words: object, terms: tuple[object, ...] = TERMS, until: str = "2099-12-31") -> Ended:
        private, public = tmp_path / "private.pem", tmp_path / "public.pem"
        if not private.exists():
            ended = await offline("license", "keygen", "--private-key", private, "--public-key", public)
            assert ended.code == 0, ended
        return await offline("license", "make", "--private-key", private, "--expires", until, *terms, *words)

    return run


async def test_what_is_made_is_signed_and_shown(make: Make, offline: Command, tmp_path: Path) -> None:
    file, key = tmp_path / "license", tmp_path / "public.pem"
    ended = await make("--out", file, "--id", "l_7")
    assert (ended.code, ended.said) == (0, f"{file}: l_7, 300 seats, for Example Ltd.\n")
    claims = read(file.read_text(), public_key(key.read_text()))
    assert (claims.seats, claims.customer, claims.contact) == (300, "Example Ltd", "sales@example.org")
    assert claims.expires_at.isoformat() == "2099-12-31T23:59:59+00:00"
    shown = await offline("license", "inspect", file, "--public-key", key)
    assert shown.code == 0
    lines = dict(line.split(maxsplit=1) for line in shown.said.splitlines())
    assert lines["license_id"] == "l_7" and lines["seats"] == "300" and lines["signature"] == "right"
    assert lines["expires_at"] == "2099-12-31T23:59:59.000Z"
    assert "not checked" in (await offline("license", "inspect", file)).said


async def test_without_a_file_it_is_printed(make: Make, tmp_path: Path) -> None:
    ended = await make()
    assert read(ended.said, public_key((tmp_path / "public.pem").read_text())).seats == 300


async def test_a_private_key_is_for_its_owner_alone(make: Make, tmp_path: Path) -> None:
    await make()
    assert stat.S_IMODE((tmp_path / "private.pem").stat().st_mode) == 0o600


async def test_nothing_is_overwritten(make: Make, offline: Command, tmp_path: Path) -> None:
    file, private, public = tmp_path / "license", tmp_path / "private.pem", tmp_path / "public.pem"
    assert (await make("--out", file)).code == 0
    kept = [path.read_bytes() for path in (file, private, public)]
    assert (await make("--out", file)).code == 2
    for one, other in ((private, public), (private, tmp_path / "new"), (tmp_path / "new", public)):
        ended = await offline("license", "keygen", "--private-key", one, "--public-key", other)
        assert (ended.code, "is there already" in ended.complained) == (2, True)
    assert [path.read_bytes() for path in (file, private, public)] == kept
    assert not (tmp_path / "new").exists()  # half a pair


async def test_a_file_of_another_key_is_refused(make: Make, offline: Command, tmp_path: Path) -> None:
    file, other = tmp_path / "license", tmp_path / "other.pem"
    await make("--out", file)
    await offline("license", "keygen", "--private-key", tmp_path / "o", "--public-key", other)
    ended = await offline("license", "inspect", file, "--public-key", other)
    assert (ended.code, ended.said) == (1, "")
    assert ended.complained == f"parley: {file}: It is not signed by that key.\n"


async def test_a_file_that_is_none_is_refused(offline: Command, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    assert (await offline("license", "inspect", tmp_path / "x")).code == 1
    (tmp_path / "y").write_bytes(b"\xff")
    assert (await offline("license", "inspect", tmp_path / "y")).code == 2
    assert (await offline("license", "inspect", tmp_path / "none")).code == 2
    assert (await offline("license", "inspect", tmp_path)).code == 2


async def test_an_expired_one_says_so(make: Make, offline: Command, tmp_path: Path) -> None:
    refused = await make("--out", tmp_path / "license", until="2001-01-01")
    assert (refused.code, "ends before it begins" in refused.complained) == (2, True)


@pytest.mark.parametrize(
    ("terms", "until", "why"),
    [
        (("--customer", "x", "--seats", 0, "--contact", "x"), "2099-12-31", "seats are not 1 to"),
        (("--customer", "", "--seats", 1, "--contact", "x"), "2099-12-31", "customer is not"),
        (("--customer", "x", "--seats", "many", "--contact", "x"), "2099-12-31", "invalid int"),
        (TERMS, "soon", "is not a date"),
        ((*TERMS, "--id", "a b"), "2099-12-31", "license_id is not"),
    ],
)
async def test_bad_terms_are_said(make: Make, terms: tuple[object, ...], until: str, why: str) -> None:
    ended = await make(terms=terms, until=until)
    assert (ended.code, ended.said) == (2, "")
    assert why in ended.complained


async def test_a_key_that_is_none_is_said(offline: Command, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    words = ("license", "make", "--private-key", tmp_path / "x", "--expires", "2099-12-31", *TERMS)
    ended = await offline(*words)
    assert (ended.code, "Not an Ed25519 private key" in ended.complained) == (2, True)
