"""The administration: people made, invited, imported and disabled, and what supervisors see of it."""

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.kit.accessible import assert_accessible
from tests.kit.api import Api
from tests.kit.visitor import SMALL
from tests.stories.conftest import PASSWORD
from tests.web.conftest import Create, Visit
from tests.web.test_who_logs_in_is_told_what_is_the_matter import FAILURES, log_in, type_new

NEW = "Other-2027"


async def test_who_is_made_gets_in_by_the_link_that_is_handed_over(person: Visit, visit: Visit) -> None:
    admin = await person("admin", path="/administration/people")
    page = admin.page
    await page.get_by_role("button", name="New person").click()
    form = page.get_by_role("dialog", name="New person")
    await form.get_by_label("Name", exact=True).fill("Otto Berg")
    await form.get_by_label("Login name").fill("marco")
    await form.get_by_label("E-mail").fill("otto at home")
    await assert_accessible(page)
    await form.get_by_role("button", name="Create").click()
    await expect(form.get_by_text("This is no e-mail address.")).to_be_visible()
    await form.get_by_label("E-mail").fill("")
    await form.get_by_role("button", name="Create").click()
    await expect(form.get_by_text("This login name is taken.")).to_be_visible()
    await form.get_by_label("Login name").fill("otto.berg")
    await form.get_by_role("button", name="Create").click()
    link = await page.get_by_role("dialog", name="Invitation of Otto Berg").get_by_label("Link").input_value()
    await page.get_by_role("button", name="I have it").click()
    await page.get_by_label("Search by name").fill("Otto Berg")  # of many people only those in view are there
    await expect(row(page, "Otto Berg")).to_contain_text("Invited")

    otto = await visit("otto.berg")
    await otto.page.goto(f"{otto.url}/login#{link.partition('#')[2]}")
    await type_new(otto.page, NEW)
    await otto.page.get_by_role("button", name="Save the password").click()
    await log_in(otto.page, "otto.berg", NEW)
    await otto.page.get_by_role("button", name="Quick actions").wait_for()


async def test_a_file_of_people_is_tried_before_it_is_imported(person: Visit, create: Create, tmp_path: Path) -> None:
    taken = (await create("Ida Holm"))["login"]
    lines = ["login;name;role", "ida.one;Ida One;agent", f"{taken};Somebody Else;agent", "ida.two;;boss"]
    admin = await person("admin", path="/administration/people", locale="it-IT", color_scheme="dark")
    page = admin.page
    await page.get_by_role("button", name="Importa").click()
    dialog = page.get_by_role("dialog", name="Importa persone")
    await choose(dialog, lines)
    await expect(dialog.locator("[data-sum=created]")).to_contain_text("1")
    await expect(dialog.locator("[data-sum=faults]")).to_contain_text("2")
    await expect(dialog.get_by_role("row", name="3 Nome utente")).to_contain_text("di qualcuno con altri dati")
    await expect(dialog.get_by_role("row", name="4 Nome Da 1 a 100 caratteri.")).to_be_visible()
    await expect(dialog.get_by_role("row", name="4 Ruolo")).to_be_visible()
    await assert_accessible(page)

    await choose(dialog, ["login;name;role", "ida.one;Ida One;agent", "ida.two;Ida Two;agent"])
    await dialog.get_by_role("button", name="Importa 2 persone").click()
    async with page.expect_download() as download:
        await dialog.get_by_role("link", name="Scarica i link").click()
    await (await download.value).save_as(tmp_path / "links.csv")
    header, *links = (tmp_path / "links.csv").read_text().splitlines()
    assert header == "login,link"
    assert [line.split(",")[0] for line in links] == ["ida.one", "ida.two"]
    assert all("/login#reset=" in line for line in links)
    await dialog.get_by_role("button", name="Chiudi").last.click()
    await page.get_by_label("Cerca per nome").fill("ida two")
    await expect(row(page, "Ida Two")).to_contain_text("Invitato")


async def test_who_is_disabled_is_out_at_once_and_told_why(person: Visit, create: Create) -> None:
    paul = await create("Paul Holm")
    his = await person(paul["login"])
    await his.page.get_by_role("button", name="Quick actions").wait_for()
    admin = await person("admin", path="/administration/people")
    page = admin.page
    await page.get_by_label("Search by name").fill("paul holm")
    await page.get_by_role("button", name="Paul Holm").click()
    panel = page.get_by_role("complementary", name="Paul Holm")
    await panel.get_by_role("button", name="Disable").click()
    await page.get_by_role("dialog").get_by_role("button", name="Disable").click()
    await expect(row(page, "Paul Holm")).to_contain_text("Disabled")
    await expect(panel.get_by_role("button", name="Enable")).to_be_visible()
    await expect(his.page.get_by_text("This account is disabled. Ask an administrator.")).to_be_visible()
    await log_in(his.page, paul["login"], PASSWORD)
    await expect(his.page.get_by_role("alert")).to_have_text("This account is disabled. Ask an administrator.")
    await panel.get_by_role("button", name="Enable").click()
    await page.get_by_role("dialog", name="Enable Paul Holm again?").get_by_role("button", name="Enable").click()
    await expect(row(page, "Paul Holm")).to_contain_text("Active")
    await log_in(his.page, paul["login"], PASSWORD)
    await his.page.get_by_role("button", name="Quick actions").wait_for()


async def test_who_is_locked_or_forgot_is_let_in_by_a_supervisor(person: Visit, visit: Visit, create: Create) -> None:
    """Seen as locked, and unlocked; then given a password that does for one thing only; then their session is ended."""
    zoe = await create("Zoe Lind")
    hers = await visit(zoe["login"])
    for _ in range(FAILURES):
        form = {"login": zoe["login"], "password": "wrong"}
        await hers.context.request.post(f"{hers.url}/api/v1/auth/login", data=form)
    sofia = await person("sofia", path="/administration/people")
    page = sofia.page
    await page.get_by_label("Search by name").fill("zoe lind")
    await expect(row(page, "Zoe Lind")).to_contain_text("Locked until")
    await page.get_by_role("button", name="Zoe Lind", exact=True).click()
    panel = page.get_by_role("complementary", name="Zoe Lind")
    await expect(panel.get_by_text("Locked until")).to_be_visible()
    await panel.get_by_role("button", name="Unlock").click()
    await expect(panel.get_by_text("Locked until")).to_have_count(0)
    await expect(row(page, "Zoe Lind")).not_to_contain_text("Locked until")
    await hers.go("/login")
    await log_in(hers.page, zoe["login"], PASSWORD)
    await hers.page.get_by_role("button", name="Quick actions").wait_for()

    await panel.get_by_role("button", name="Set password").click()
    await type_new(page, NEW)
    await page.get_by_role("dialog").get_by_role("button", name="Set password").click()
    await expect(hers.page.get_by_text("An administrator has set a new password for you.")).to_be_visible()
    await log_in(hers.page, zoe["login"], NEW)
    await type_new(hers.page, "Third-2028")
    await hers.page.get_by_role("button", name="Save the password").click()
    await hers.page.get_by_role("button", name="Quick actions").wait_for()

    await panel.get_by_role("button", name="Sessions").click()
    await page.get_by_role("dialog").get_by_role("button", name="End", exact=True).click()
    await expect(hers.page.get_by_text("An administrator has ended your session.")).to_be_visible()


async def test_chosen_people_are_added_to_a_group(person: Visit, create: Create, api: Api) -> None:
    uma, ben = await create("Uma Ray"), await create("Ben Ray")
    group = {"name": "Night shift", "member_ids": [uma["user_id"]], "writing_enabled": True}
    made = (await api("sofia", "POST", "/groups", group))["conversation"]
    sofia = await person("sofia", path="/administration/people")
    page = sofia.page
    await expect(page.get_by_role("link", name="Audit trail")).to_have_count(0)
    await page.get_by_label("Search by name").fill(" ray")
    await expect(page.get_by_text("2 people", exact=True)).to_be_visible()
    await assert_accessible(page)
    await page.get_by_role("checkbox", name="Choose all").check()
    await page.get_by_role("button", name="Add to a group").click()
    await page.get_by_role("button", name="Night shift").click()
    await expect(page.get_by_text("1 person was added to Night shift.")).to_be_visible()
    now = (await api("sofia", "GET", f"/conversations/{made['conversation_id']}"))["conversation"]
    assert {uma["user_id"], ben["user_id"]} < set(now["member_ids"])

    await page.get_by_label("Search by name").fill("admin")
    await page.get_by_role("button", name="Admin", exact=True).click()
    await expect(page.get_by_text("Only an administrator may change this person.")).to_be_visible()


async def test_administrators_add_people_to_groups_that_are_not_theirs(person: Visit, create: Create, api: Api) -> None:
    tom = await create("Tom Hale")
    group = {"name": "Early birds", "member_ids": [], "writing_enabled": True}
    made = (await api("sofia", "POST", "/groups", group))["conversation"]
    page = (await person("admin", path="/administration/people")).page
    await page.get_by_label("Search by name").fill("Tom Hale")
    await expect(page.get_by_text("1 person", exact=True)).to_be_visible()
    await page.get_by_role("checkbox", name="Choose all").check()
    await page.get_by_role("button", name="Add to a group").click()
    await page.get_by_label("Search groups").fill("early")
    await page.get_by_role("button", name="Early birds").click()
    await expect(page.get_by_text("1 person was added to Early birds.")).to_be_visible()
    now = (await api("sofia", "GET", f"/conversations/{made['conversation_id']}"))["conversation"]
    assert tom["user_id"] in now["member_ids"]


async def test_an_administrator_sees_who_did_what(person: Visit, create: Create) -> None:
    eve = await create("Eve Moss")
    admin = await person("admin", path="/administration/audit", **SMALL)
    page = admin.page
    await page.get_by_label("Person").fill(eve["login"])
    created = page.get_by_role("row").filter(has_text=eve["login"]).filter(has_text="Person created")
    await expect(created).to_contain_text("Done")
    await page.get_by_label("Outcome").select_option("Forbidden")
    await expect(page.get_by_text("Nothing of this kind happened.")).to_be_visible()
    await assert_accessible(page)
    await page.get_by_role("link", name="Licence and server").click()
    await expect(page.get_by_text("There is no licence, and no limit.")).to_be_visible()
    await expect(page.get_by_text("Ready", exact=True)).to_be_visible()
    await assert_accessible(page)


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("button", name=name, exact=True))


async def choose(dialog: Locator, lines: list[str]) -> None:
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    await dialog.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
