"""The dialog in which people choose what they are mailed of what they missed."""

from playwright.async_api import Page, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.kit.visitor import SMALL
from tests.web.conftest import Create, Visit


async def test_mails_quiet_hours_and_conversations_are_chosen(person: Visit, create: Create, api: Api) -> None:
    ada = await create("Ada Lovelace", email="ada@example.org")
    for number in range(9):
        form = {"name": f"Desk {number}", "member_ids": [ada["user_id"]], "writing_enabled": True}
        group = await api("admin", "POST", "/groups", form)
    page = (await person(ada["login"], timezone_id="Asia/Tokyo")).page
    await open_dialog(page)
    dialog = page.get_by_role("dialog", name="Mail when I am away")
    await expect(dialog.get_by_label("Mail me what I missed")).to_be_checked()
    await expect(dialog).to_contain_text("ada@example.org")
    await dialog.get_by_label("No mails at certain hours").check()
    await expect(dialog.get_by_label("Time zone")).to_have_value("Asia/Tokyo")
    await dialog.get_by_label("From").fill("19:00")
    await dialog.get_by_label("To", exact=True).fill("19:00")
    await expect(dialog).to_contain_text("They begin and end at the same time.")
    await dialog.get_by_label("To", exact=True).fill("07:15")
    await dialog.get_by_label("Find a conversation").fill("desk 8")
    await expect(dialog.get_by_role("checkbox", name="Desk 7")).to_have_count(0)
    await dialog.get_by_role("checkbox", name="Desk 8").uncheck()
    await assert_accessible(page)
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    kept = (await api(ada["login"], "GET", "/me/preferences"))["preferences"]
    assert kept == {
        "available": True,
        "mail": True,
        "conversations": [{"conversation_id": group["conversation"]["conversation_id"], "mail": "nothing"}],
        "quiet_hours": {"on": True, "begin": "19:00", "end": "07:15", "time_zone": "Asia/Tokyo"},
        "language": "en",
    }

    await open_dialog(page)
    await expect(dialog.get_by_role("checkbox", name="Desk 8")).not_to_be_checked()
    await dialog.get_by_role("checkbox", name="Desk 8").check()
    await dialog.get_by_label("Mail me what I missed").uncheck()
    await expect(dialog.get_by_label("Time zone")).to_be_disabled()
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    kept = (await api(ada["login"], "GET", "/me/preferences"))["preferences"]
    assert (kept["mail"], kept["conversations"]) == (False, [])


async def test_in_italian_and_without_an_address(person: Visit, create: Create) -> None:
    linus = await create("Linus Pauling")
    page = (await person(linus["login"], locale="it-IT", color_scheme="dark", **SMALL)).page
    await open_dialog(page, "Azioni rapide", "Posta quando non ci sono…")
    dialog = page.get_by_role("dialog", name="Posta quando non ci sono")
    await expect(dialog).to_contain_text("Nel tuo account non c’è un indirizzo e-mail.")
    await assert_accessible(page)


async def open_dialog(page: Page, menu: str = "Quick actions", entry: str = "Mail when I am away…") -> None:
    await page.get_by_role("button", name=menu).click()
    await page.get_by_role("menuitem", name=entry).click()
