"""Names, notes, groups and messages show as they were written, whatever they look like to a browser."""

from uuid import uuid4

from playwright.async_api import expect

from tests.kit.api import Api
from tests.web.conftest import Create, Visit

MARKUP = "<img src=x onerror=\"window.isIn='markup'\"><script>window.isIn='script'</script>&lt;b&gt;"
LINKS = "javascript:window.isIn=1 data:text/html,<script>window.isIn=1</script> https://parley.example/?a=1&b=<i>"


async def test_markup_runs_nowhere_and_links_lead_to_the_web_alone(person: Visit, create: Create, api: Api) -> None:
    ada = await create("Ada <b>Lovelace</b>", role="user")
    grace = await create("Grace Hopper")
    name = f"<u>Floor</u> {uuid4()}"
    group = {"name": name, "member_ids": [grace["user_id"]], "writing_enabled": True}
    made = await api(ada["login"], "POST", "/groups", group)
    await api(ada["login"], "PUT", "/presence", {"status": "online", "note": "<i>here</i>"})
    place = made["conversation"]["conversation_id"]
    for text in (MARKUP, LINKS):
        message = {"to": {"conversation_id": place}, "client_message_id": str(uuid4()), "text": text}
        await api(ada["login"], "POST", "/messages", message)
    reader = await person(grace["login"], path=f"/c/{place}")
    main = reader.page.get_by_role("main")
    for text in (MARKUP, LINKS, ada["name"], name):
        await expect(main.get_by_text(text).first).to_be_visible()
    links = await main.locator("a[target], a[href*=':']").all()
    assert [await link.get_attribute("href") for link in links] == ["https://parley.example/?a=1&b="]
    assert {"noopener", "noreferrer"} <= set((await links[0].get_attribute("rel") or "").split())
    assert await reader.page.evaluate("window.isIn") is None
    assert await reader.page.locator("b, i, u, img[src='x']").count() == 0


async def test_text_of_the_other_direction_begins_where_everything_does(
    person: Visit, create: Create, api: Api
) -> None:
    """Chromium knew the alignment by another name only: such messages stood at the far end of the page."""
    ada, grace = await create("Ada Hebrew"), await create("Grace Hebrew")
    for number, text in enumerate(("Can you see the board?", "כן, אני רואה את הלוח.")):
        said = {"to": {"user_id": grace["user_id"]}, "client_message_id": str(number), "text": text}
        await api(ada["login"], "POST", "/messages", said)
    page = (await person(grace["login"])).page
    shown = page.get_by_role("link", name="Ada Hebrew")
    await expect(shown.locator("[dir=auto]").last).to_have_css("direction", "rtl")
    await expect(shown.locator("[dir=auto]").last).to_have_css("text-align", "left")
    await shown.click()
    texts = page.locator(".message__text")
    await expect(texts.last).to_have_css("direction", "rtl")
    for direction, side in (("ltr", "left"), ("rtl", "right")):
        await page.evaluate("to => document.documentElement.dir = to", direction)
        await expect(texts.first).to_have_css("text-align", side)
        await expect(texts.last).to_have_css("text-align", side)
