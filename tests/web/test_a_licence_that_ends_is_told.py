"""A licence that is about to end: told to whoever logs in, with whom to write to, and to administrators with its details."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.async_api import Browser, expect

from tests.doors.test_license import CONTACT, licence
from tests.kit.accessible import assert_accessible
from tests.kit.visitor import visiting
from tests.stories.conftest import PASSWORD, Running
from tests.web.test_who_logs_in_is_told_what_is_the_matter import log_in


@pytest.fixture
def licensed(tmp_path: Path) -> Iterator[Running]:
    key = Ed25519PrivateKey.generate()
    (tmp_path / "license").write_text(licence(seats=20, days=11.5, key=key))
    public = tmp_path / "license.pub"
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    files = {"PARLEY_LICENSE_FILE": str(tmp_path / "license"), "PARLEY_LICENSE_PUBLIC_KEY_FILE": str(public)}
    running = Running(tmp_path / "data", **files)
    yield running
    running.stop()


async def test_everybody_is_told_and_an_administrator_sees_more(browser: Browser, licensed: Running) -> None:
    async with visiting(browser, "marco", licensed.url) as marco:
        await marco.go("/login")
        await log_in(marco.page, "marco", PASSWORD)
        told = marco.page.get_by_role("status").filter(has_text="The licence expires in 12 days.")
        await expect(told).to_contain_text(CONTACT)
        await assert_accessible(marco.page)
        await told.get_by_role("button", name="Dismiss").click()
        await expect(told).to_have_count(0)
        assert marco.complaints == []

    async with visiting(browser, "admin", licensed.url, locale="it-IT") as admin:
        await admin.log_in(PASSWORD)
        await admin.go("/administration/server")
        page = admin.page
        await expect(page.get_by_text("Scade tra 12 giorni", exact=True)).to_be_visible()
        await expect(page.get_by_text("5 posti occupati su 20")).to_be_visible()
        await expect(page.get_by_role("definition").filter(has_text=CONTACT)).to_be_visible()
        await assert_accessible(page)
        assert admin.complaints == []
