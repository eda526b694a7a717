"""The licence at the doors: whom it warns, how many people it lets in, and what a file that is none does."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jwt.algorithms import OKPAlgorithm
from structlog.testing import capture_logs

from chassis import lifetime
from chassis.bus import Bus
from chassis.tasks import Tasks
from contracts.license import Claims, sign
from services.auth.settings import AuthSettings
from services.auth.wiring import Auth
from tests.doors.house import PASSWORD, Answer, House, Servers, house
from tests.kit.waiting import eventually

KEY = Ed25519PrivateKey.generate()
PUBLIC_KEY = OKPAlgorithm.to_jwk(KEY.public_key())
CONTACT = "licences@example.org"
LOOK_S = 0.05


def licence(seats: int = 100, days: float = 40, key: Ed25519PrivateKey = KEY) -> str:
    now = datetime.now(UTC)
    return sign(
        Claims(
            license_id=f"l_{seats}",
            customer="Example Ltd",
            seats=seats,
            issued_at=now - timedelta(days=1),
            expires_at=now + timedelta(days=days),
            contact=CONTACT,
        ),
        key,
    )


class File:
    """The licence file of a test."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def says(self, text: str) -> None:
        self.away()
        self.path.write_text(text)

    def is_a_folder(self) -> None:
        self.away()
        self.path.mkdir()

    def is_a_pipe(self) -> None:
        self.away()
        os.mkfifo(self.path)

    def away(self) -> None:
        if self.path.is_dir():
            self.path.rmdir()
        self.path.unlink(missing_ok=True)


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "license")


@asynccontextmanager
async def licensed(servers: Servers, file: File, text: str) -> AsyncIterator[House]:
    file.says(text)
    async with house(servers, auth=settings(file)) as made:
        yield made


def settings(file: File) -> dict[str, Any]:
    return {"license_file": str(file.path), "license_public_key": PUBLIC_KEY, "license_look_s": LOOK_S}


@pytest_asyncio.fixture
async def another(servers: Servers) -> AsyncIterator[Any]:
    """`await another(parley, file)`: a second replica of auth, with the same stores."""
    left = []

    async def start(parley: House, file: File) -> None:
        of_auth = AuthSettings(
            instance="auth-2",
            nats_url=servers.nats.url,
            nats_user="auth",
            nats_password=servers.nats.passwords["auth"],
            mongo_url=servers.mongo.url,
            mongo_database=parley.database.name,
            redis_url=servers.redis.url,
            bcrypt_cost=4,
            **settings(file),
        )
        bus, tasks = await Bus.connect(of_auth, "auth"), Tasks()
        part = Auth(of_auth, bus, tasks, parley.clock)
        left.append((part, bus, tasks))
        await part.start()

    yield start
    for part, bus, tasks in left:
        await lifetime.stop("auth", part, bus, tasks)


async def notices(parley: House, login: str) -> list[tuple[str, str, int | None, str | None]]:
    answer = await parley.log_in(login)
    assert answer.status == 200, answer
    return [
        (each["code"], each["severity"], each.get("days_left"), each.get("contact")) for each in answer.body["notices"]
    ]


async def create(parley: House, login: str, token: str) -> Answer:
    form = {"login": login, "name": login.title(), "role": "agent", "password": PASSWORD}
    return await parley.ask("POST", "/users", form, token)


async def logins(parley: House) -> set[str]:
    return {each["login"] async for each in parley.database["users"].find({})}


async def test_the_end_is_told_at_log_in_with_whom_to_write_to(servers: Servers, file: File) -> None:
    async with licensed(servers, file, licence(days=40)) as parley:
        await parley.create("ada", "agent")
        await parley.create("grace", "user")
        people = ("ada", "grace", "root")
        assert [await notices(parley, each) for each in people] == [[], [], []]
        parley.clock.move(days=10, seconds=-60)
        assert await notices(parley, "ada") == []
        parley.clock.move(seconds=120)
        told = [("license_expiring", "warning", 30, CONTACT)]
        assert [await notices(parley, each) for each in people] == [told] * 3
        tokens = (await parley.log_in("ada")).body
        parley.clock.move(days=29)
        again = await parley.ask("POST", "/auth/refresh", {"refresh_token": tokens["refresh_token"]})
        assert [(each["code"], each["days_left"]) for each in again.body["notices"]] == [("license_expiring", 1)]
        parley.clock.move(days=1)
        told = [("license_expired", "error", -1, CONTACT)]
        assert [await notices(parley, each) for each in people] == [told] * 3


async def test_after_the_end_nothing_is_blocked(servers: Servers, file: File) -> None:
    async with licensed(servers, file, licence(seats=3, days=-0.5)) as parley:
        ada = await parley.create("ada")
        token = await parley.token("root")
        said = {"to": {"user_id": ada["user_id"]}, "client_message_id": "1", "text": "Still here"}
        assert (await parley.ask("POST", "/messages", said, token)).status in (200, 201)
        async with parley.socket(await parley.token("ada")) as socket:
            assert (await socket.ask("me.get"))["ok"]
        assert (await create(parley, "linus", token)).status == 201
        assert (await create(parley, "one_more", token)).code == "seats_exhausted"


async def test_over_the_seats_new_people_are_refused(servers: Servers, file: File) -> None:
    async with licensed(servers, file, licence(seats=2)) as parley:
        ada = await parley.create("ada")
        token = await parley.token("root")
        refused = await create(parley, "grace", token)
        assert (refused.status, refused.code) == (409, "seats_exhausted")
        assert CONTACT in str(refused.body)
        assert await logins(parley) == {"root", "ada"}
        one = f"/users/{ada['user_id']}"
        assert (await parley.ask("PATCH", one, {"disabled": True}, token)).status == 200
        assert (await create(parley, "grace", token)).status == 201
        again = await parley.ask("PATCH", one, {"disabled": False}, token)
        assert (again.status, again.code) == (409, "seats_exhausted")
        assert (await parley.log_in("ada")).code == "account_disabled"
        assert (await parley.ask("PATCH", one, {"name": "Ada L."}, token)).status == 200  # takes no seat
        async with parley.socket(token) as socket:
            form = '{"login": "linus", "name": "Linus", "role": "agent", "password": "Parley-2026"}'
            assert (await socket.ask("user.create", form))["error"]["code"] == "seats_exhausted"


async def test_one_seat_has_one_taker_whatever_the_replica(servers: Servers, file: File, another: Any) -> None:
    async with licensed(servers, file, licence(seats=3)) as parley:
        await another(parley, file)
        ada = await parley.create("ada")
        token = await parley.token("root")
        await parley.ask("PATCH", f"/users/{ada['user_id']}", {"disabled": True}, token)
        await parley.create("grace")
        takers = [create(parley, f"taker_{number}", token) for number in range(11)]
        enabled = parley.ask("PATCH", f"/users/{ada['user_id']}", {"disabled": False}, token)
        answers = await asyncio.gather(*takers, enabled)
        assert sorted(answer.status for answer in answers)[1:] == [409] * 11
        assert {answer.code for answer in answers if answer.status == 409} == {"seats_exhausted"}
        assert await parley.database["users"].count_documents({"disabled": False}) == 3
        done = {"outcome": "done", "action": {"$in": ["user.create", "user.update"]}}
        assert await parley.database["audit"].count_documents(done) == 5


async def test_a_file_that_is_no_licence_keeps_nobody_out_who_is_in(servers: Servers, file: File, another: Any) -> None:
    async with licensed(servers, file, licence(seats=50)) as parley:
        await parley.create("ada")
        await parley.create("grace", "user")
        with capture_logs() as logs:
            file.says(licence(key=Ed25519PrivateKey.generate()))
            await eventually(lambda: _faults(logs))
            token = await parley.token("root")
            assert await notices(parley, "root") == [("license_invalid", "error", None, None)]
            assert await notices(parley, "grace") == await notices(parley, "ada") == []
            answer = await parley.ask("GET", "/license", token=token)
            assert (answer.status, answer.body) == (200, {"fault": "It is not signed by that key."})
            assert (await create(parley, "linus", token)).code == "seats_exhausted"
            for number, (spoil, why) in enumerate(
                [
                    (file.away, "No such file"),
                    (file.is_a_folder, "not a file"),
                    (file.is_a_pipe, "not a file"),
                    (lambda: file.says("x" * 20_000), "longer"),
                ]
            ):
                spoil()
                await eventually(partial(_is_newest, why, logs))
                if number == 0:
                    await another(parley, file)  # a replica starts all the same
                assert await notices(parley, "ada") == []
            file.says(licence(seats=50))
            await eventually(lambda: sum(each["event"] == "license.read" for each in logs) == 2)
        assert len(_faults(logs)) <= 2 * 8  # one for each change, not at each look
        assert (await create(parley, "linus", token)).status == 201


def _is_newest(why: str, logs: Any) -> bool:
    return why in _faults(logs)[-1]


def _faults(logs: Any) -> list[str]:
    return [each["fault"] for each in logs if each["event"] == "license.invalid"]


async def test_a_secret_that_is_swapped_is_read_again(servers: Servers, tmp_path: Path) -> None:
    mounted = File(_mounted(tmp_path))
    async with house(servers, auth=settings(mounted)) as parley:
        token = await parley.token("root")
        assert (await create(parley, "ada", token)).code == "seats_exhausted"
        _swap(tmp_path)

        async def is_read() -> bool:
            return bool((await parley.ask("GET", "/license", token=token)).body["license"]["seats"] == 2)

        await eventually(is_read)
        assert (await create(parley, "ada", token)).status == 201


def _mounted(folder: Path) -> Path:
    """As Kubernetes does it: the file leads through a link to a folder, and the link is replaced."""
    for name, seats in (("one", 1), ("two", 2)):
        (folder / name).mkdir()
        (folder / name / "license").write_text(licence(seats))
    (folder / "data").symlink_to("one")
    (folder / "license").symlink_to("data/license")
    return folder / "license"


def _swap(folder: Path) -> None:
    (folder / "new").symlink_to("two")
    (folder / "new").rename(folder / "data")


async def test_admins_alone_see_the_licence_at_both_doors(servers: Servers, file: File) -> None:
    async with licensed(servers, file, licence(seats=7, days=12)) as parley:
        await parley.create("ada", "agent")
        await parley.create("grace", "user")
        for login in ("ada", "grace"):
            token = await parley.token(login)
            assert (await parley.ask("GET", "/license", token=token)).code == "forbidden"
            async with parley.socket(token) as socket:
                assert (await socket.ask("license.get"))["error"]["code"] == "forbidden"
        token = await parley.token("root")
        shown = (await parley.ask("GET", "/license", token=token)).body["license"]
        assert {
            name: shown[name] for name in ("license_id", "customer", "seats", "seats_taken", "contact", "state")
        } == {
            "license_id": "l_7",
            "customer": "Example Ltd",
            "seats": 7,
            "seats_taken": 3,
            "contact": CONTACT,
            "state": "expiring",
        }
        assert shown["days_left"] == 12
        async with parley.socket(token) as socket:
            assert (await socket.ask("license.get"))["license"] == shown


async def test_without_a_licence_there_is_no_notice_and_no_limit(parley: House) -> None:
    for login in ("ada", "grace", "linus"):
        await parley.create(login)
    token = await parley.token("root")
    assert await notices(parley, "root") == []
    assert (await parley.ask("GET", "/license", token=token)).body == {}
    assert (await parley.database["fences"].find_one({"_id": "seats"}))["passed"] == 0  # nobody waited for another


async def test_a_licence_is_no_access_token(servers: Servers, file: File) -> None:
    async with licensed(servers, file, licence()) as parley:
        assert (await parley.ask("GET", "/me", token=licence())).code == "token_invalid"
