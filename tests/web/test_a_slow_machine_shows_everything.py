"""A machine so busy that the page draws long after it has heard everything."""

from uuid import uuid4

from playwright.async_api import expect

from tests.kit.api import Api
from tests.stories.conftest import PASSWORD
from tests.web.conftest import Create, Visit

SLOW = """
    const { setTimeout: later, requestAnimationFrame: frame } = window;
    window.requestAnimationFrame = (draw) => frame(() => later(draw, 1_000));
    window.setTimeout = (work, ms = 0, ...rest) => later(work, ms < 150 ? ms + 1_000 : ms, ...rest);
"""
"""What is to be done soon, or with the next picture, is done a second later."""


async def test_what_was_heard_before_a_view_listens_is_shown(visit: Visit, create: Create, api: Api) -> None:
    """Of every view that was drawn before the snapshot came, and listened after it, nothing was ever shown."""
    ada, grace = await create("Ada Lovelace"), await create("Grace Hopper")
    message = {"to": {"user_id": grace["user_id"]}, "client_message_id": str(uuid4()), "text": "Are you there?"}
    await api(ada["login"], "POST", "/messages", message)
    reader = await visit(grace["login"])
    await reader.context.add_init_script(SLOW)
    await reader.log_in(PASSWORD)
    await reader.go("/")
    await expect(reader.page.get_by_role("navigation").get_by_text("Are you there?")).to_be_visible(timeout=20_000)
