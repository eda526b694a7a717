"""The only place where the rooms of notifier meet."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from chassis.bus import Bus, DeadLetters, Hearing
from chassis.clock import SystemClock
from chassis.ops import Probe
from chassis.outbox import Outbox
from chassis.stores import mongo
from chassis.tasks import Tasks, cancel
from services.notifier.actions.announce_losses import AnnounceLosses
from services.notifier.actions.ask_for_looks import AskForLooks
from services.notifier.actions.dismiss_notice import DismissNotice
from services.notifier.actions.gather_missed import GatherMissed
from services.notifier.actions.get_mail_state import GetMailState
from services.notifier.actions.get_preferences import GetPreferences
from services.notifier.actions.list_notices import ListNotices
from services.notifier.actions.look_who_missed import LookWhoMissed
from services.notifier.actions.mail_missed import MailMissed
from services.notifier.actions.note_connections import NoteConnections
from services.notifier.actions.raise_notices import RaiseNotices
from services.notifier.actions.send_mail import SendMail
from services.notifier.actions.set_preferences import ChangePreferences
from services.notifier.actions.work_off_missed import WorkOffMissed
from services.notifier.api import accounts_told, connections_told, members_added, messages_sent
from services.notifier.api.asks import handlers
from services.notifier.domain.accounts import notice_of_account
from services.notifier.domain.notices import notice_of
from services.notifier.settings import NotifierSettings
from services.notifier.store.announcements import MongoAnnouncements
from services.notifier.store.looks import MongoLooks
from services.notifier.store.losses import MongoLosses
from services.notifier.store.missed import MongoMissedMails
from services.notifier.store.notices import MongoNotices
from services.notifier.store.preferences import MongoPreferences
from services.notifier.store.smtp import SmtpPost

FINISH_S = 5.0
"""A mail that is cut off while it is handed over counts as sent."""


class Notifier:
    def __init__(self, settings: NotifierSettings, bus: Bus, tasks: Tasks) -> None:
        clock = SystemClock()
        self._bus = bus
        self._tasks = tasks
        self._kept = timedelta(days=settings.notice_kept_days)
        self._database = mongo(settings)
        self._outbox = Outbox(bus, self._database["notices"], tasks)
        self._notices = MongoNotices(self._database["notices"], self._outbox)
        announced = self._database["announcements"]
        self._announced_outbox = Outbox(bus, announced, tasks)
        self._announcements = MongoAnnouncements(announced, self._announced_outbox)
        self._losses = MongoLosses(self._database["losses"], clock)
        self._announce = AnnounceLosses(bus, self._losses, self._announcements, clock)
        dead_letters = DeadLetters(bus.js, "notifier", settings.stream_replicas)
        self._members_added = Hearing(
            bus,
            members_added.CONSUMER,
            [members_added.SUBJECT],
            members_added.understood,
            members_added.taking(RaiseNotices(self._notices, notice_of)),
            dead_letters,
            settings.deliveries_max,
        )
        self._accounts_told = Hearing(
            bus,
            accounts_told.CONSUMER,
            accounts_told.SUBJECTS,
            accounts_told.understood,
            accounts_told.taking(RaiseNotices(self._notices, notice_of_account)),
            dead_letters,
            settings.deliveries_max,
        )
        self._connections_told = Hearing(
            bus,
            connections_told.CONSUMER,
            connections_told.SUBJECTS,
            connections_told.understood,
            connections_told.taking(NoteConnections(self._losses)),
            dead_letters,
            settings.deliveries_max,
        )
        post = SmtpPost(settings)
        after, every = timedelta(seconds=settings.missed_after_s), timedelta(seconds=settings.missed_every_s)
        self._mails_missed = post.is_configured and bool(after)
        claimed = timedelta(seconds=settings.missed_claim_s)
        preferences = MongoPreferences(self._database["preferences"])
        self._looks = MongoLooks(self._database["looks"])
        self._missed = MongoMissedMails(self._database["missed_mails"], clock)
        self._messages_sent = Hearing(
            bus,
            messages_sent.CONSUMER,
            messages_sent.SUBJECTS,
            messages_sent.understood,
            messages_sent.taking(AskForLooks(self._looks, after)),
            dead_letters,
            settings.deliveries_max,
        )
        url = settings.public_url.rstrip("/")
        gather = GatherMissed(bus, url, every, settings.missed_language, with_text=settings.missed_text)
        self._work_off = WorkOffMissed(
            LookWhoMissed(bus, self._looks, self._missed, clock, after),
            MailMissed(bus, self._missed, preferences, gather, post, clock, settings.smtp_from, after, every, claimed),
            tasks,
        )
        self._handlers = handlers(
            DismissNotice(self._notices, self._announcements, clock),
            ListNotices(self._notices, self._losses, self._announcements),
            SendMail(post, clock, settings.smtp_from),
            GetMailState(post),
            GetPreferences(preferences, available=self._mails_missed),
            ChangePreferences(preferences, self._missed, clock, available=self._mails_missed),
        )
        self._hearing: list[asyncio.Task[Any]] = []
        self.probes: Mapping[str, Probe] = {"mongo": self._is_mongodb_there}

    async def prepare(self) -> None:
        """What is made once and stays, for all replicas: also before any of them is there."""
        await self._notices.index(self._kept)
        await self._announcements.index(self._kept)
        await self._losses.index(self._kept)
        for outbox in (self._outbox, self._announced_outbox):
            await outbox.index()
        await self._members_added.prepare()
        await self._accounts_told.prepare()
        await self._connections_told.prepare()
        if self._mails_missed:
            await self._looks.index(self._kept)
            await self._missed.index(self._kept)
            await self._messages_sent.prepare()

    async def start(self) -> None:
        await self.prepare()
        if not self._mails_missed:
            await self._messages_sent.forget()
        if not self._hearing:
            await self._outbox.start()
            await self._announced_outbox.start()
            self._hearing = [
                self._tasks.lasting("notifier.hear", self._members_added.hear_always()),
                self._tasks.lasting("notifier.hear_accounts", self._accounts_told.hear_always()),
                self._tasks.lasting("notifier.hear_connections", self._connections_told.hear_always()),
                self._tasks.lasting("notifier.announce", self._announce.always()),
            ]
            if self._mails_missed:
                self._hearing += [
                    self._tasks.lasting("notifier.hear_messages", self._messages_sent.hear_always()),
                    self._tasks.lasting("notifier.look", self._work_off.look_always()),
                    self._tasks.lasting("notifier.mail", self._work_off.mail_always()),
                ]
        await self._bus.answer(self._handlers)

    async def leave(self) -> None:
        """What was being taken in is delivered again, to another replica, and is there only once."""
        await cancel(self._hearing)
        await self._work_off.finish(FINISH_S)

    async def close(self) -> None:
        await self._database.client.close()

    async def _is_mongodb_there(self) -> bool:
        return bool(await self._database.command("ping"))
