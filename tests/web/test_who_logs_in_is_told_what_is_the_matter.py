"""The way in: the form, what is refused and why, a password that must become another one, a link by mail."""

import pytest
from playwright.async_api import Page, expect

from tests.kit.accessible import assert_accessible
from tests.kit.aged import age_password
from tests.kit.api import Api
from tests.kit.mail_server import MailServer
from tests.kit.visitor import SMALL
from tests.kit.waiting import eventually
from tests.stories.conftest import PASSWORD, Running
from tests.web.conftest import Create, Visit

FAILURES = 10
"""So many lock a login, for 15 minutes."""
NEW = "Other-2027"


async def test_the_form_leads_where_one_wanted_to_go(visit: Visit) -> None:
    sofia = await visit("sofia")
    await sofia.go("/administration/groups")
    await expect(sofia.page).to_have_url(f"{sofia.url}/login?to=%2Fadministration%2Fgroups")
    await log_in(sofia.page, "sofia", PASSWORD)
    await expect(sofia.page).to_have_url(f"{sofia.url}/administration/groups")
    await expect(sofia.page.get_by_role("link", name="Groups")).to_have_attribute("aria-current", "page")


@pytest.mark.parametrize(
    "address",
    ["/login?to=//evil.example/", "/login?to=/%09/evil.example/", "/login?to=/c/%25E0%25A4%25A", "/c/%E0%A4%A"],
)
async def test_no_address_leads_to_a_strange_page(visit: Visit, create: Create, address: str) -> None:
    """Nor to none at all: what cannot be read, and what a browser reads as another house, left the page empty."""
    ada = await create("Ada Lovelace")
    page = (visitor := await visit(ada["login"])).page
    await visitor.page.goto(visitor.url + address)
    await log_in(page, ada["login"], PASSWORD)
    await page.get_by_role("button", name="Quick actions").wait_for()
    await expect(page).to_have_url(f"{visitor.url}/")


async def test_a_wrong_password_is_said_in_ones_own_language(visit: Visit, create: Create) -> None:
    grace = await create("Grace Hopper")
    visitor = await visit(grace["login"], locale="it-IT", color_scheme="dark", **SMALL)
    page = visitor.page
    await visitor.go("/login")
    await page.get_by_label("Nome utente").fill(grace["login"])
    await page.get_by_label("Password", exact=True).fill("Sbagliata-1")
    await page.get_by_role("button", name="Accedi").click()
    await expect(page.get_by_role("alert")).to_have_text("Nome utente o password non corretti.")
    await expect(page.get_by_label("Password", exact=True)).to_be_focused()
    await assert_accessible(page)
    await page.get_by_label("Lingua").select_option("English")
    await expect(page.get_by_role("alert")).to_have_text("Login name or password is wrong.")
    await expect(page.get_by_label("Login name")).to_have_value(grace["login"])


async def test_locked_capitals_are_said_while_a_password_is_typed(visit: Visit) -> None:
    """A browser under test has no such key: what it says of the key is set."""
    visitor = await visit("sofia")
    page = visitor.page
    await page.add_init_script("window.areLocked = false; KeyboardEvent.prototype.getModifierState = () => areLocked;")
    await visitor.go("/login")
    hint = page.get_by_text("Caps lock is on.")
    field = page.get_by_label("Password", exact=True)
    await field.press("a")
    await expect(hint).to_have_count(0)
    await page.evaluate("areLocked = true")
    await field.press("B")
    await expect(hint).to_be_visible()
    await expect(field).to_have_accessible_description("Caps lock is on.")
    await assert_accessible(page)
    await page.evaluate("areLocked = false")
    await field.press("c")
    await expect(hint).to_have_count(0)


async def test_a_lock_is_counted_down(visit: Visit, create: Create) -> None:
    linus = await create("Linus Torvalds")
    visitor = await visit(linus["login"])
    page = visitor.page
    for _ in range(FAILURES):
        form = {"login": linus["login"], "password": "wrong"}
        await visitor.context.request.post(f"{visitor.url}/api/v1/auth/login", data=form)
    await page.clock.install()
    await visitor.go("/login")
    await log_in(page, linus["login"], PASSWORD)
    await expect(page.get_by_role("alert")).to_contain_text("Try again in 14:")
    await page.clock.fast_forward("00:10")
    await expect(page.get_by_role("alert")).to_contain_text("Try again in 14:4")
    await page.get_by_label("Login name").fill("somebody-else")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.get_by_label("Login name").fill(linus["login"])
    await expect(page.get_by_role("alert")).to_have_count(1)
    await page.clock.fast_forward("15:00")
    await expect(page.get_by_role("alert")).to_have_count(0)


async def test_a_stale_or_malformed_credential_heals_itself(person: Visit, create: Create, api: Api) -> None:
    grace = await create("Grace Brewster")
    visitor = await person(grace["login"])
    page = visitor.page
    await page.get_by_role("button", name="Quick actions").wait_for()
    await page.goto("about:blank")
    for session in (await api(grace["login"], "GET", "/sessions"))["sessions"]:
        await api("admin", "DELETE", f"/sessions/{session['session_id']}")
    await visitor.go("/")
    await expect(page.get_by_text("An administrator has ended your session.")).to_be_visible()

    kept = {"name": "parley_refresh", "value": "no.token", "url": f"{visitor.url}/api/v1/auth"}
    await visitor.context.add_cookies([kept])  # type: ignore[list-item]
    await visitor.go("/")
    await log_in(page, grace["login"], PASSWORD)
    await page.get_by_role("button", name="Quick actions").wait_for()


async def test_a_password_that_was_set_becomes_another_one_first(visit: Visit, create: Create) -> None:
    ada = await create("Ada Byron", must_change=True)
    visitor = await visit(ada["login"])
    page = visitor.page
    await visitor.go("/login")
    await log_in(page, ada["login"], PASSWORD)
    await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    await expect(page.get_by_text("This password was set for you")).to_be_visible()
    assert await met(page) == set()
    await type_new(page, "lower", again="other")
    assert await met(page) == {"lowercase", "max_bytes"}
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_text("The two are not the same.")).to_be_visible()
    await type_new(page, PASSWORD)
    assert await met(page) == {"min_length", "lowercase", "uppercase", "digit", "special", "max_bytes"}
    await assert_accessible(page)
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.locator("[data-rule=different]")).to_have_attribute("data-met", "unmet")
    await type_new(page, NEW)
    await page.get_by_role("button", name="Save the password").click()
    await page.get_by_role("button", name="Quick actions").wait_for()
    await expect(page).to_have_url(f"{visitor.url}/")


async def test_the_age_of_a_password_is_told(visit: Visit, create: Create, cluster: Running) -> None:
    """At first by a line that goes for good once it is another one, then by the log-in itself."""
    ada = await create("Ada King")
    await age_password(cluster.data_dir, ada["user_id"], days=80)
    visitor = await visit(ada["login"])
    page = visitor.page
    await visitor.go("/login")
    await log_in(page, ada["login"], PASSWORD)
    notice = page.get_by_text("Your password expires in 10 days.")
    await notice.wait_for()
    await page.get_by_role("button", name="Change it now").click()
    await page.get_by_label("Current password").fill("Not-mine-1")
    await type_new(page, NEW)
    await assert_accessible(page)
    await page.get_by_role("button", name="Change password", exact=True).click()
    await expect(page.get_by_text("This is not your current password.")).to_be_visible()
    await page.get_by_label("Current password").fill(PASSWORD)
    await page.get_by_role("button", name="Change password", exact=True).click()
    await expect(notice).to_have_count(0)

    await age_password(cluster.data_dir, ada["user_id"], days=91)
    await visitor.context.clear_cookies()
    await visitor.go("/login")
    await log_in(page, ada["login"], NEW)
    await expect(page.get_by_text("Your password is older than 90 days.")).to_be_visible()


async def test_who_forgot_a_password_gets_a_link_by_mail(
    visit: Visit, create: Create, post: MailServer, api: Api
) -> None:
    grace = await create("Grace Murray", email="grace@example.org")
    visitor = await visit(grace["login"])
    page = visitor.page
    await visitor.go("/login")
    await page.get_by_role("button", name="Forgot your password?").click()
    await page.get_by_label("Login name").fill(grace["login"])
    await page.get_by_label("E-mail address").fill("grace@example.org")
    await assert_accessible(page)
    await page.get_by_role("button", name="Send the link").click()
    await expect(page.get_by_text("a mail with a link is on its way")).to_be_visible()
    await eventually(lambda: mailed(post, "grace@example.org"), 30.0, what="the mail comes")
    path = f"/login#reset={mailed(post, 'grace@example.org')}"

    await page.goto(visitor.url + path)
    await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    await expect(page).to_have_url(f"{visitor.url}/login")
    assert "reset" not in await page.evaluate("JSON.stringify([location.href, history.state, {...localStorage}])")
    await type_new(page, NEW)
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_text("Your new password is saved.")).to_be_visible()
    await log_in(page, grace["login"], NEW)
    await page.get_by_role("button", name="Quick actions").wait_for()

    await visitor.context.clear_cookies()
    await page.goto("about:blank")
    await page.goto(visitor.url + path)
    await type_new(page, "Third-2028")
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_role("alert")).to_contain_text("This link has expired or was used already.")
    visitor.complaints.clear()  # of the refusal


async def log_in(page: Page, login: str, password: str) -> None:
    await page.get_by_label("Login name").fill(login)
    await page.get_by_label("Password", exact=True).fill(password)
    await page.keyboard.press("Enter")


async def type_new(page: Page, password: str, again: str | None = None) -> None:
    await page.get_by_label("New password", exact=True).fill(password)
    await page.get_by_label("New password again").fill(password if again is None else again)


async def met(page: Page) -> set[str]:
    """The rules that are ticked."""
    await page.locator("[data-rule=digit]").wait_for()
    ticked = await page.locator("[data-met=met]").evaluate_all("all => all.map(one => one.dataset.rule)")
    return set(ticked)


def mailed(post: MailServer, to: str) -> str:
    """The token of the link that came last."""
    return next((mail.token for mail in reversed(post.taken) if mail.recipients == [to]), "")
