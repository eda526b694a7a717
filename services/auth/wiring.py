"""Where the rooms of auth meet."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import msgspec
import nats.errors

from chassis import log
from chassis.bus import Bus, Outside
from chassis.clock import Clock, SystemClock
from chassis.nkeys import AccountKey
from chassis.ops import Probe
from chassis.stores import mongo, open_redis
from chassis.tasks import Tasks
from contracts.outsiders import (
    MIRRORED,
    MIRRORED_API,
    OUTSIDE_API,
    TOLD_OUTSIDE,
    TOLD_STREAM,
    WITH_TEXT,
    WITHOUT_TEXT,
)
from contracts.permissions import STREAM
from contracts.texts import without_text
from services.auth.actions.admit_outsider import AdmitOutsider
from services.auth.actions.carry_out_import import CarryOutImport
from services.auth.actions.change_password import ChangePassword
from services.auth.actions.check_password import CheckPassword
from services.auth.actions.check_token import CheckToken
from services.auth.actions.create_first_admin import ACTION as FIRST_ADMIN
from services.auth.actions.create_first_admin import CreateFirstAdmin
from services.auth.actions.create_token import CreateToken
from services.auth.actions.create_user import CreateUser
from services.auth.actions.end_session import EndSession
from services.auth.actions.forgot_password import ForgotPassword
from services.auth.actions.get_import import GetImport
from services.auth.actions.get_keys import GetKeys
from services.auth.actions.get_license import GetLicense
from services.auth.actions.get_password_policy import GetPasswordPolicy
from services.auth.actions.get_user import GetUser
from services.auth.actions.guard import Guard
from services.auth.actions.import_users import ImportUsers
from services.auth.actions.invite import Invite
from services.auth.actions.list_audit import ListAudit
from services.auth.actions.list_sessions import ListSessions
from services.auth.actions.list_tokens import ListTokens
from services.auth.actions.list_users import ListUsers
from services.auth.actions.log_in import LogIn
from services.auth.actions.log_out import LogOut
from services.auth.actions.look_up_users import LookUpUsers
from services.auth.actions.mail_state import MailState
from services.auth.actions.new_password import HASHED_S, NewPassword
from services.auth.actions.note_export import NoteExport
from services.auth.actions.note_refused import NoteRefused
from services.auth.actions.operate_sessions import EndSessionsOf, ListSessionsOf
from services.auth.actions.refresh_session import RefreshSession
from services.auth.actions.remember import Remember
from services.auth.actions.reset_password import ResetPassword
from services.auth.actions.revoke_token import RevokeToken
from services.auth.actions.rotate_keys import RotateKeys
from services.auth.actions.send_links import SendLinks
from services.auth.actions.set_password import SetPassword
from services.auth.actions.tell_again import TellAgain
from services.auth.actions.unlock_user import UnlockUser
from services.auth.actions.update_user import UpdateUser
from services.auth.api.asks import Asks
from services.auth.api.outsiders_come import OutsidersCome
from services.auth.api.presence_heard import PresenceHeard
from services.auth.domain.keyring import Keyring, Lives
from services.auth.domain.password_policy import Policy
from services.auth.domain.presences import Presences
from services.auth.domain.tokens import Mint
from services.auth.settings import AuthSettings
from services.auth.store.audit import MongoAudit
from services.auth.store.first_admin import MongoFirstAdmin
from services.auth.store.guesses import RedisGuesses
from services.auth.store.hashes import BcryptHashes, cost_of
from services.auth.store.imports import MongoImports
from services.auth.store.keys import MongoKeys
from services.auth.store.license_file import LicenseFile
from services.auth.store.links import MongoLinks
from services.auth.store.sealing import Seal
from services.auth.store.seats import MongoSeats
from services.auth.store.sessions import MongoSessions
from services.auth.store.streams import MongoStreams
from services.auth.store.together import MongoTogether
from services.auth.store.users import MongoUsers

LEAVE_S = 1.0
OUTSIDE = Outside(
    api=OUTSIDE_API,
    told=TOLD_OUTSIDE,
    stream=TOLD_STREAM,
    mirrors={WITHOUT_TEXT: TOLD_STREAM, WITH_TEXT: STREAM},
    mirrored_api=MIRRORED_API,
    mirrored_told=MIRRORED,
)


class Auth:
    probes: Mapping[str, Probe]

    def __init__(self, settings: AuthSettings, bus: Bus, tasks: Tasks, clock: Clock) -> None:
        self._settings = settings
        self._bus = bus
        self._tasks = tasks
        self._clock = clock
        self._database = mongo(settings)
        self._users = MongoUsers(self._database, bus, tasks, clock)
        self._sessions = MongoSessions(self._database, bus, tasks, clock)
        self._audit = MongoAudit(self._database, bus, tasks, clock)
        self._remember = Remember(MongoTogether(self._database), self._audit, clock, self._users)
        self._keys = MongoKeys(self._database, Seal(settings.key_encryption_key))
        self._hashes = BcryptHashes(settings.bcrypt_cost, settings.bcrypt_workers, settings.bcrypt_wait_s)
        self._license = LicenseFile(settings)
        self._seats = MongoSeats(self._database, self._license)
        self._imports = MongoImports(self._database)
        self._first_admin = MongoFirstAdmin(self._database)
        self._links = MongoLinks(self._database)
        self._mail = MailState(bus)
        self._send_links = SendLinks(self._links, self._users, bus, tasks, clock, settings.public_url)
        self._presences = Presences()
        self._presence_heard = PresenceHeard(bus, self._presences)
        self._unstarted = [self._users.outbox, self._sessions.outbox, self._audit.outbox]
        self._is_following = False
        self._redis = open_redis(settings)
        self._guesses = RedisGuesses(
            self._redis,
            clock,
            failures=settings.lockout_failures,
            lockout_s=settings.lockout_s,
            per_minute=settings.address_failures_per_min,
            forgotten_per_minute=settings.forgotten_per_min,
        )
        self._guard = Guard(self._guesses, self._users, self._remember, settings.address_slow_s)
        self.probes = {"mongo": self._pings, "redis": self._is_redis_there}

    async def prepare(self) -> None:
        """What is made once and stays, for all replicas: also before any of them is there."""
        await self._make_indexes()
        if self._settings.outsiders_seed:
            await self._bus.prepare_outside(OUTSIDE)

    async def start(self) -> None:
        await self._make_indexes()
        await self._license.look()
        lives = Lives(
            access=timedelta(seconds=self._settings.access_token_s),
            refresh=timedelta(days=self._settings.refresh_days),
            lead=timedelta(seconds=self._settings.key_lead_s),
        )
        keyring = Keyring(tuple(await self._keys.load(self._clock.now())), lives)
        highest = await self._users.highest_hash()
        await self._hashes.start(cost_of(highest) if highest else 0)
        while self._unstarted:
            await self._unstarted[-1].start()
            self._unstarted.pop()
        if not self._is_following:
            self._warn_of_slow_changes()
            self._tasks.lasting("presence.follow", self._presence_heard.follow())
            self._tasks.lasting("license.watch", self._license.watch())
            self._tasks.lasting("mail.follow", self._mail.follow())
            self._tasks.lasting("links.send", self._send_links.always())
            if self._settings.outsiders_seed:
                await self._admit_outsiders(AccountKey(self._settings.outsiders_seed))
                self._tasks.lasting("outsiders.tell", self._bus.tell_outside(OUTSIDE, without_text))
            self._is_following = True
        # before anybody is answered: a gateway that starts has keys first, and then reads back what was told
        span = timedelta(seconds=self._settings.access_token_s)
        tell_again = TellAgain(MongoStreams(self._database), self._sessions, self._users, self._clock, span)
        await tell_again(self._bus.epoch)
        mint = Mint(keyring, self._settings.issuer, self._settings.access_token_s)
        rotate_keys = RotateKeys(self._keys, self._remember, mint, self._clock, timedelta(days=self._settings.key_days))
        await self._bus.answer(self._asks(mint, rotate_keys).handlers())
        self._tasks.lasting("keys.keep", self._keep(rotate_keys))

    async def leave(self) -> None:
        try:
            async with asyncio.timeout(LEAVE_S):
                await self._presence_heard.stop()
        except (nats.errors.Error, TimeoutError):
            pass  # the connection is closed next anyway

    async def close(self) -> None:
        self._hashes.close()
        await self._redis.aclose()
        await self._database.client.close()

    async def _make_indexes(self) -> None:
        await self._users.make_indexes()
        await self._sessions.make_indexes()
        await self._audit.make_indexes(self._settings.audit_kept_days)
        await self._seats.prepare()
        await self._first_admin.prepare()
        await self._imports.make_indexes()
        await self._links.make_indexes()
        for outbox in (self._users.outbox, self._sessions.outbox, self._audit.outbox):
            await outbox.index()

    def _warn_of_slow_changes(self) -> None:
        """No end: a machine may be busy just now."""
        settings = self._settings
        takes_s = self._hashes.takes_s(settings.password_history if settings.password_policy_enabled else 1)
        if takes_s > HASHED_S:
            log.get().warning(
                "bcrypt.too_slow",
                why="changing a password takes longer than may be: lower PARLEY_BCRYPT_COST or PARLEY_PASSWORD_HISTORY",
                takes_s=round(takes_s, 1),
                may_take_s=HASHED_S,
            )

    def _asks(self, mint: Mint, rotate_keys: RotateKeys) -> Asks:
        life = timedelta(days=self._settings.refresh_days)
        remember = self._remember
        users, sessions, presences, clock = self._users, self._sessions, self._presences, self._clock
        policy = msgspec.convert(self._settings, Policy, from_attributes=True)
        age = policy.age()
        check_password = CheckPassword(users, remember, self._hashes, self._guard)
        new_password = NewPassword(policy, self._hashes, clock)
        links, days = self._links, timedelta(days=self._settings.invitation_days)
        invite = Invite(links, self._mail, clock, self._settings.public_url, days)
        get_import = GetImport(users, self._imports, remember, invite, clock)
        carry_out = CarryOutImport(
            *(users, self._imports, remember, self._hashes, invite, clock), admit=self._seats.take
        )
        return Asks(
            log_in=LogIn(
                *(users, sessions, remember, check_password, age, presences, mint, clock, life, self._license),
                sessions_max=self._settings.sessions_max,
            ),
            refresh_session=RefreshSession(users, sessions, remember, age, presences, mint, clock, life, self._license),
            log_out=LogOut(users, sessions, remember, mint, clock),
            get_user=GetUser(users, presences, self._guard),
            list_users=ListUsers(users, presences, self._guard),
            create_user=CreateUser(
                *(users, remember, self._hashes, policy, invite, presences, clock), admit=self._seats.take
            ),
            update_user=UpdateUser(
                *(users, sessions, links, invite, remember, presences, clock), admit=self._seats.take
            ),
            look_up_users=LookUpUsers(users, presences),
            unlock_user=UnlockUser(users, self._guesses, remember),
            get_keys=GetKeys(mint, clock),
            rotate_keys=rotate_keys,
            list_sessions=ListSessions(users, sessions, clock),
            end_session=EndSession(users, sessions, remember, clock),
            list_sessions_of=ListSessionsOf(users, sessions, clock),
            end_sessions_of=EndSessionsOf(users, sessions, remember, clock),
            list_audit=ListAudit(self._audit),
            note_refused=NoteRefused(users, remember),
            note_export=NoteExport(remember),
            get_password_policy=GetPasswordPolicy(policy, self._mail.reset_available),
            change_password=ChangePassword(users, sessions, links, remember, check_password, new_password),
            set_password=SetPassword(users, sessions, links, remember, new_password, self._guard),
            forgot_password=ForgotPassword(users, links, remember, self._mail, clock, self._guesses, self._tasks),
            reset_password=ResetPassword(users, sessions, links, remember, new_password, self._guard, clock),
            create_first_admin=CreateFirstAdmin(
                CreateUser(
                    *(users, remember, self._hashes, policy, invite, presences, clock),
                    admit=self._first_admin.claim,
                    action=FIRST_ADMIN,
                )
            ),
            get_license=GetLicense(self._license, self._seats, clock),
            import_users=ImportUsers(
                *(users, self._imports, carry_out, get_import, self._seats, self._license),
                password_faults=policy.faults,
                tasks=self._tasks,
                clock=clock,
            ),
            get_import=get_import,
            create_token=CreateToken(users, sessions, remember, clock),
            list_tokens=ListTokens(users, sessions, clock),
            revoke_token=RevokeToken(users, sessions, remember, clock),
            check_token=CheckToken(users, sessions, clock),
        )

    async def _admit_outsiders(self, key: AccountKey) -> None:
        admitted = timedelta(seconds=self._settings.outsiders_admitted_s)
        admit = AdmitOutsider(self._users, self._sessions, self._clock, key, admitted)
        await OutsidersCome(self._bus, admit).start()

    async def _keep(self, rotate_keys: RotateKeys) -> None:
        while True:
            await asyncio.sleep(self._settings.key_reload_s)
            try:
                await rotate_keys.keep()
            except Exception as error:
                log.get().error("keys.not_kept", kind=type(error).__name__)  # those it has go on; next time, then

    async def _pings(self) -> bool:
        await self._database.command("ping")
        return True

    async def _is_redis_there(self) -> bool:
        return bool(await self._redis.ping())


def wire(settings: AuthSettings, bus: Bus, tasks: Tasks) -> Auth:
    return Auth(settings, bus, tasks, SystemClock())
