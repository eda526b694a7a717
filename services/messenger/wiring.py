"""The only place where the rooms of messenger meet."""

import asyncio
from collections.abc import Mapping
from typing import Any

from pymongo.errors import PyMongoError

from chassis.bus import Bus, DeadLetters, Handler, Hearing
from chassis.clock import SystemClock
from chassis.ops import Probe
from chassis.outbox import Outbox
from chassis.stores import mongo
from chassis.tasks import Tasks, cancel
from services.messenger.actions.admit_people import AdmitPeople
from services.messenger.actions.build_index import BuildIndex
from services.messenger.actions.change_group import ChangeGroup
from services.messenger.actions.commit_messages import CommitMessages
from services.messenger.actions.create_group import Create
from services.messenger.actions.delete_group import Delete
from services.messenger.actions.delete_message import DeleteOne
from services.messenger.actions.edit_message import Edit
from services.messenger.actions.export_conversation import ExportOne
from services.messenger.actions.finish_change import FinishChange
from services.messenger.actions.get_conversation import Get
from services.messenger.actions.index_messages import IndexMessages
from services.messenger.actions.list_behind import ListOfThoseBehind
from services.messenger.actions.list_conversations import ListOfConversations
from services.messenger.actions.list_groups import ListOfGroups
from services.messenger.actions.list_members import ListOfMembers
from services.messenger.actions.list_messages import ListOfMessages
from services.messenger.actions.load_feeds import Load
from services.messenger.actions.mark_unread import Mark
from services.messenger.actions.members_first import MembersFirst
from services.messenger.actions.newest_conversations import Newest
from services.messenger.actions.pair_directs import PairDirects
from services.messenger.actions.people import People
from services.messenger.actions.project import Project
from services.messenger.actions.read_conversation import Read
from services.messenger.actions.revise_membership import ReviseMembership
from services.messenger.actions.revise_message import ReviseMessage
from services.messenger.actions.search_messages import Search
from services.messenger.actions.send_message import Send
from services.messenger.actions.show_conversations import Show
from services.messenger.actions.take_snapshot import Take
from services.messenger.actions.update_conversation import MuteAndPin
from services.messenger.actions.update_group import Update
from services.messenger.api import messages_told
from services.messenger.settings import MessengerSettings
from services.messenger.store.conversations import MongoConversations
from services.messenger.store.memberships import MongoMemberships
from services.messenger.store.messages import MongoMessages
from services.messenger.store.search_builds import MongoSearchBuilds
from services.messenger.store.search_index import MongoSearchIndex


class Messenger:
    def __init__(self, settings: MessengerSettings, bus: Bus, tasks: Tasks) -> None:
        self._bus = bus
        self._tasks = tasks
        self._database = mongo(settings)
        self._messages = messages = MongoMessages(self._database)
        self._memberships = memberships = MongoMemberships(self._database)
        self._conversations = conversations = MongoConversations(self._database)
        clock = SystemClock()
        project = Project(conversations, memberships)
        sent = Outbox(bus, messages.collection, tasks, prepare=project)
        changed = Outbox(bus, conversations.collection, tasks, choose=MembersFirst(memberships))
        joined = Outbox(bus, memberships.collection, tasks)
        self._outboxes = (sent, changed, joined)
        self._has_outboxes = 0
        self._is_working = False
        self._pair = PairDirects(conversations, memberships, tasks)
        people = People(bus)
        show = Show(conversations, memberships, messages, people)
        stores, outboxes = (conversations, memberships), (changed, joined)
        self._commit = CommitMessages(
            (messages, conversations, memberships), (sent, joined), project, tasks, clock, settings.batch_max
        )
        self._finish = finish = FinishChange(
            (*stores, messages), (*outboxes, sent), self._commit, tasks, clock, settings.lost_kept_for
        )
        revise_own = ReviseMembership(show, memberships, joined)
        revise = ReviseMessage(show, messages, sent, tasks)
        change, admit = ChangeGroup(conversations, finish), AdmitPeople(people, memberships)
        index = self._index = MongoSearchIndex(self._database, clock, settings.lost_kept_for)
        self._actions: Mapping[str, Handler] = {
            "message.send": Send(stores, joined, people, self._commit, clock),
            "message.edit": Edit(revise, clock, settings.edit_window),
            "message.delete": DeleteOne(revise, clock, settings.delete_window),
            "message.list": ListOfMessages(show, messages),
            "message.search": Search(show, (conversations, memberships, messages), index, clock),
            "conversation.list": ListOfConversations(show, Newest(conversations, memberships)),
            "conversation.get": Get(show, memberships),
            "conversation.export": ExportOne(show, messages, people, bus),
            "conversation.read": Read(revise_own, clock),
            "conversation.update": MuteAndPin(revise_own, show, memberships, clock),
            "conversation.mark_unread": Mark(revise_own, clock),
            "group.create": Create(conversations, change, finish, admit, show, clock),
            "group.update": Update(memberships, change, admit, show, clock),
            "group.delete": Delete(change, clock),
            "group.list": ListOfGroups(conversations),
            "member.list": ListOfMembers(show, memberships),
            "member.behind": ListOfThoseBehind(show, memberships),
            "feed.load": Load(
                conversations,
                memberships,
                clock,
                settings.lost_kept_for,
                edit_window=settings.edit_window,
                delete_window=settings.delete_window,
            ),
            "feed.snapshot": Take(show, conversations, memberships),
        }
        index_messages = IndexMessages(index)
        self._hearing = Hearing(
            bus,
            messages_told.CONSUMER,
            messages_told.SUBJECTS,
            messages_told.understood,
            messages_told.taking(index_messages),
            DeadLetters(bus.js, "messenger", settings.stream_replicas),
            settings.deliveries_max,
            messages_told.BATCH_MAX,
        )
        builds = MongoSearchBuilds(self._database)
        self._build = BuildIndex(messages, builds, index_messages, self._hearing.standing, clock)
        self._behind: list[asyncio.Task[Any]] = []
        self.probes: Mapping[str, Probe] = {"mongo": self._pings}

    async def prepare(self) -> None:
        """What is made once and stays, for all replicas: also before any of them is there."""
        await self._messages.start()
        await self._memberships.start()
        await self._conversations.start()
        await self._index.start()
        for outbox in self._outboxes:
            await outbox.index()
        await self._hearing.prepare()

    async def start(self) -> None:
        """Called again after a failure: what runs already is not started twice."""
        await self.prepare()
        await self._pair()
        for outbox in self._outboxes[self._has_outboxes :]:
            await outbox.start()
            self._has_outboxes += 1
        if not self._is_working:
            self._commit.start()
            self._finish.start()
            self._behind = [
                self._tasks.lasting("search.hear", self._hearing.hear_always()),
                self._tasks.lasting("search.build", self._build.build_always()),
            ]
            self._pair.start()
            self._is_working = True
        await self._bus.answer(self._actions)

    async def leave(self) -> None:
        """What was being put into the search index is delivered again, to another replica."""
        await cancel(self._behind)

    async def close(self) -> None:
        await self._database.client.close()

    async def _pings(self) -> bool:
        try:
            await self._database.command("ping")
        except PyMongoError:
            return False
        return True
