"""What the gateway serves is a page that runs: in a browser, under its strict policy, without a complaint."""

from tests.kit.accessible import assert_accessible
from tests.kit.visitor import Visitor
from tests.kit.waiting import eventually
from tests.web.conftest import Visit

SLIPPED_IN = {
    "a script": """() => {
        const script = document.createElement("script");
        script.append("window.isIn = true");
        document.body.append(script);
    }""",
    "a handler": """() => document.body.setAttribute("onclick", "window.isIn = true") ?? document.body.click()""",
    "markup": """() => { document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='window.isIn = true'>"); }""",
    "a text that is run": """() => setTimeout("window.isIn = true")""",
    "a frame": """() => {
        const frame = document.createElement("iframe");
        frame.src = location.href;
        document.body.append(frame);
    }""",
    "a form to elsewhere": """() => {
        const form = document.createElement("form");
        form.action = "https://evil.example/";
        document.body.append(form);
        form.submit();
    }""",
    "an ask to elsewhere": """() => fetch("https://evil.example/").catch(() => null)""",
}
POLICY = ("Content Security Policy", "TrustedHTML", "TrustedScript", "Trusted Type")


async def test_whoever_is_not_logged_in_sees_the_log_in(visit: Visit) -> None:
    ada = await visit("ada")
    await ada.go("/")
    await ada.page.get_by_label("Login name").wait_for()
    await assert_accessible(ada.page)


async def test_what_is_slipped_in_does_not_run(visit: Visit) -> None:
    ada = await visit("ada")
    await ada.go("/login")
    for what, script in SLIPPED_IN.items():
        said = await _refused(ada, script)
        assert any(word in said for word in POLICY), f"{what}: {said}"
        assert await ada.page.evaluate("window.isIn") is None, what
    assert ada.page.url == f"{ada.url}/login"


async def _refused(visitor: Visitor, script: str) -> str:
    """What the browser said of it; the page is not to be blamed."""
    await visitor.page.evaluate(
        f"() => {{ try {{ return ({script})() }} catch (error) {{ console.error(`${{error}}`) }} }}"
    )
    await eventually(lambda: visitor.complaints, what="the browser refuses")
    said = " ".join(visitor.complaints)
    visitor.complaints.clear()
    return said
