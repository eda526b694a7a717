"""Groups in the administration: all of them for administrators, whoever belongs; news of them goes when it was seen."""

from playwright.async_api import Locator, Page, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.kit.visitor import SMALL
from tests.web.conftest import Create, Visit


async def test_an_admin_changes_and_deletes_a_group_of_others(person: Visit, create: Create, api: Api) -> None:
    ada, grace = await create("Ada Groves", role="user"), await create("Grace Groves")
    group = {"name": "Vault keepers", "member_ids": [grace["user_id"]], "writing_enabled": True}
    key = (await api(ada["login"], "POST", "/groups", group))["conversation"]["conversation_id"]
    said = {"to": {"conversation_id": key}, "client_message_id": "1", "text": "The vault opens at nine"}
    await api(ada["login"], "POST", "/messages", said)
    member = await person(grace["login"], path=f"/c/{key}")
    await expect(member.page.get_by_text("The vault opens at nine").first).to_be_visible()

    admin = await person("admin", path="/administration/groups")
    page = admin.page
    await page.get_by_label("Search groups").fill("VAULT")
    row = page.get_by_role("row").filter(has_text="Vault keepers")
    await expect(row).to_contain_text("Ada Groves")
    await expect(row.get_by_role("cell", name="2", exact=True)).to_be_visible()
    await assert_accessible(page)
    await row.get_by_role("button", name="Vault keepers", exact=True).click()
    dialog = page.get_by_role("dialog", name="Edit group")
    await expect(dialog.get_by_text("Grace Groves")).to_be_visible()
    await dialog.get_by_label("Name", exact=True).fill("Vault watchers")
    await dialog.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("The group Vault watchers was changed.")).to_be_visible()
    changed = page.get_by_role("row").filter(has_text="Vault watchers")
    await expect(changed).to_be_visible()
    assert "The vault opens" not in await page.content()

    await changed.get_by_role("button", name="Delete Vault watchers").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete group").click()
    await expect(changed).to_have_count(0)
    await expect(page.get_by_text("There is no such group.")).to_be_visible()
    await expect(member.page.get_by_text("The vault opens at nine")).to_have_count(0)


async def test_a_supervisor_sees_their_own(person: Visit, create: Create, api: Api) -> None:
    for name in ("Zed Own", "Zed Other"):
        ada = await create(name, role="user")
        await api(ada["login"], "POST", "/groups", {"name": f"Of {name}", "member_ids": [], "writing_enabled": True})
    visitor = await person(ada["login"], path="/administration/groups", **SMALL)
    await expect(visitor.page.get_by_role("row").filter(has_text="Of Zed Other")).to_be_visible()
    await expect(visitor.page.get_by_role("row").filter(has_text="Of Zed Own")).to_have_count(0)
    await assert_accessible(visitor.page)


async def test_news_of_groups_is_one_line_and_goes_at_every_device(person: Visit, create: Create, api: Api) -> None:
    grace = await create("Grace News")
    desk, phone = await person(grace["login"]), await person(grace["login"], **SMALL)
    for name in ("News one", "News two", "News three"):
        await api("sofia", "POST", "/groups", {"name": name, "member_ids": [grace["user_id"]], "writing_enabled": True})
    for page in (desk.page, phone.page):
        await expect(page.get_by_text("You were added to 3 groups:")).to_be_visible()
    await assert_accessible(desk.page)
    await news(desk.page).get_by_role("link", name="News two").click()
    await expect(desk.page.get_by_role("heading", name="News two")).to_be_visible()
    for page in (desk.page, phone.page):
        await expect(page.get_by_text("You were added to 2 groups:")).to_be_visible()
        await expect(news(page).get_by_role("link", name="News two")).to_have_count(0)
    await news(phone.page).get_by_role("button", name="Dismiss").click()
    await expect(desk.page.get_by_text("You were added to")).to_have_count(0)
    await desk.page.reload()
    await desk.page.get_by_role("button", name="Quick actions").wait_for()
    await expect(desk.page.get_by_text("You were added to")).to_have_count(0)


def news(page: Page) -> Locator:
    return page.get_by_role("status").filter(has_text="You were added to")
