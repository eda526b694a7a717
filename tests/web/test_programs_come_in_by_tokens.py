"""Service accounts in the administration: made, marked as what they are, given tokens, cut off."""

from playwright.async_api import expect

from tests.kit.accessible import assert_accessible
from tests.kit.visitor import SMALL
from tests.web.conftest import Visit
from tests.web.test_people_are_looked_after import row


async def test_a_bot_is_made_comes_in_and_is_cut_off(person: Visit) -> None:
    """With the token that is shown once; every sentence over a dialog is seen in it."""
    admin = await person("admin", path="/administration/people")
    page = admin.page
    await page.get_by_role("button", name="New person").click()
    form = page.get_by_role("dialog", name="New person")
    await form.get_by_label("Kind of account").select_option("Service account")
    await expect(form.get_by_label("E-mail")).to_have_count(0)
    await expect(form.get_by_label("How they get in")).to_have_count(0)
    await form.get_by_label("Name", exact=True).fill("Wallboard")
    await form.get_by_label("Login name").fill("wallboard")
    await assert_accessible(page)
    await form.get_by_role("button", name="Create").click()

    tokens = page.get_by_role("dialog", name="Tokens of Wallboard")
    await expect(tokens.get_by_text("Wallboard is here now.")).to_be_visible()
    await expect(tokens.get_by_text("There is no token yet.")).to_be_visible()
    await tokens.get_by_role("button", name="New token").click()
    await page.get_by_role("button", name="Make the token").click()
    await expect(page.get_by_text("Say where it is used.")).to_be_visible()
    await page.get_by_label("Where it is used").fill("Graz")
    await page.get_by_label("What it is good for").select_option("Reads only")
    await assert_accessible(page)
    await page.get_by_role("button", name="Make the token").click()
    secret = await page.get_by_label("Token", exact=True).input_value()
    bearer = {"Authorization": f"Bearer {secret}"}
    me = await admin.context.request.get(f"{admin.url}/api/v1/me", headers=bearer)
    assert (await me.json())["user"]["login"] == "wallboard"
    await page.get_by_role("button", name="I have it").click()
    await expect(page.get_by_label("Token", exact=True)).to_have_count(0)
    assert secret not in await page.content()
    await expect(tokens.get_by_role("listitem").filter(has_text="Graz")).to_contain_text("Reads only")
    await assert_accessible(page)

    await tokens.get_by_role("button", name="Revoke Graz").click()
    asked = page.get_by_role("dialog", name="Revoke “Graz”?")
    await asked.get_by_role("button", name="Cancel").click()
    await expect(tokens.get_by_role("button", name="Revoke Graz")).to_be_visible()
    await tokens.get_by_role("button", name="Revoke Graz").click()
    await asked.get_by_role("button", name="Revoke").click()
    await expect(tokens.get_by_text("The token Graz was revoked.")).to_be_visible()
    await expect(tokens.get_by_text("There is no token yet.")).to_be_visible()
    assert (await admin.context.request.get(f"{admin.url}/api/v1/me", headers=bearer)).status == 401

    await tokens.get_by_role("button", name="Close").last.click()
    await page.get_by_label("Role").select_option("Service accounts")
    await expect(row(page, "Wallboard")).to_contain_text("Bot")
    await expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    await admin.go("/")
    await page.get_by_placeholder("Search by name").fill("wallboard")
    shown = page.get_by_role("link", name="Wallboard")
    await expect(shown).to_contain_text("Bot")
    await expect(shown.get_by_role("img")).to_have_count(0)
    await admin.go("/administration/audit")
    await expect(page.get_by_role("row").filter(has_text="Token revoked")).to_contain_text("wallboard")


async def test_supervisors_make_people_and_no_bots(person: Visit) -> None:
    sofia = await person("sofia", path="/administration/people", locale="it-IT", **SMALL)
    page = sofia.page
    await page.get_by_role("button", name="Nuova persona").click()
    await page.get_by_role("dialog", name="Nuova persona").get_by_label("Nome utente").wait_for()
    await expect(page.get_by_label("Tipo di account")).to_have_count(0)
