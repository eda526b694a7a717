"""People at browsers, on a cluster of their own with two gateways; and packages for JavaScript and TypeScript.

The tests here share one event loop, that of the browser.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error

from tests.kit.api import Api
from tests.kit.browser import running_browser
from tests.kit.javascript import beside_the_client
from tests.kit.mail_server import MailServer
from tests.kit.session import open_http
from tests.kit.visitor import Visitor, visiting
from tests.stories.conftest import PASSWORD, Running

__all__ = ["beside_the_client"]

HERE = Path(__file__).parent
HAS_FAILED = pytest.StashKey[bool]()
Visit = Callable[..., Awaitable[Visitor]]
Create = Callable[..., Awaitable[dict[str, Any]]]
NUMBERS = count(1)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[HAS_FAILED] = True
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with running_browser() as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def post() -> AsyncIterator[MailServer]:
    """Where the cluster sends its mails."""
    async with MailServer() as server:
        yield server


@pytest.fixture(scope="package")
def cluster(browser: Browser, post: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    mail = {"PARLEY_SMTP_HOST": "127.0.0.1", "PARLEY_SMTP_PORT": str(post.port), "PARLEY_SMTP_TLS": "none"}
    # what somebody missed is mailed after all tests
    sender = {"PARLEY_SMTP_FROM": "Parley <parley@example.org>", "PARLEY_MISSED_AFTER_S": "86400"}
    running = Running(tmp_path_factory.mktemp("web"), GATEWAYS="2", **mail, **sender)
    yield running
    running.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(
    browser: Browser, cluster: Running, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Visit]:
    """`await visit("ada", gateway=1, **options)`: a browser in which nobody is logged in yet. No page may have
    complained by the end of the test; of one that fails there are a picture and the console of each."""
    visitors: list[Visitor] = []
    async with AsyncExitStack() as left:

        async def one(name: str, gateway: int = 1, **options: Any) -> Visitor:
            visitors.append(
                await left.enter_async_context(visiting(browser, name, cluster.urls[gateway - 1], **options))
            )
            return visitors[-1]

        yield one
        complaints = [f"{each.name}: {complaint}" for each in visitors for complaint in each.complaints]
        if complaints or request.node.stash.get(HAS_FAILED, False):
            for number, visitor in enumerate(visitors, start=1):
                await _leave_traces(visitor, tmp_path / f"{number}-{visitor.name}")
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def person(visit: Visit) -> Visit:
    """`await person("marco")`: logged in, the first view on screen. `path`, `password`, `gateway`, and the options of a
    context may be given, e.g. `color_scheme="dark"`, `**SMALL`."""

    async def one(login: str, *, path: str = "/", password: str = PASSWORD, **options: Any) -> Visitor:
        visitor = await visit(login, **options)
        await visitor.log_in(password)
        await visitor.go(path)
        return visitor

    return one


@pytest_asyncio.fixture(loop_scope="session")
async def api(cluster: Running) -> AsyncIterator[Api]:
    """`await api("sofia", "POST", "/messages", {...})`: what anybody asks without a browser; the answer's body."""
    async with open_http() as http:
        yield Api(http, cluster.url, PASSWORD)


@pytest.fixture
def create(api: Api) -> Create:
    """`await create("Ada Lovelace", role="user")`: somebody nobody else knows; `login` is in the answer."""

    async def one(name: str, role: str = "agent", **more: Any) -> dict[str, Any]:
        login = f"{name.split()[0].lower()}-{next(NUMBERS)}"
        form = {"login": login, "name": name, "role": role, "password": PASSWORD, **more}
        user: dict[str, Any] = (await api("admin", "POST", "/users", form))["user"]
        return user

    return one


async def _leave_traces(visitor: Visitor, path: Path) -> None:
    console = path.with_suffix(".log")
    console.write_text("\n".join(visitor.said))
    try:
        await visitor.page.screenshot(path=path.with_suffix(".png"))
    except Error as error:
        print(f"{visitor.name}: no picture: {error.message}")
    print(f"{visitor.name}: {path.with_suffix('.png')} {console}")
