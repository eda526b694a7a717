"""Hears Parley's events through a durable consumer: each once, and none lost, whatever of NATS and this program is restarted.

TOKEN=parley_... python listen.py crm [--since beginning] [--person ID], or --help
"""

import argparse
import asyncio
import json
import os
import sqlite3
import sys

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

parser = argparse.ArgumentParser()
parser.add_argument("login", help="of the service account")
parser.add_argument("--nats", default="nats://127.0.0.1:4222")
parser.add_argument("--stream", default="PARLEY", help="PARLEY_TEXT for a token of the scope events.text")
parser.add_argument("--name", default="listen", help="of the connection; the consumer is LOGIN_NAME")
parser.add_argument("--since", default="now", help="now, beginning or a time; counts when the consumer is made")
parser.add_argument("--person")
parser.add_argument("--conversation")
parser.add_argument("--seen", default="seen.db", help="where it is kept what was heard")
args = parser.parse_args()


def subjects() -> list[str]:
    if args.person:
        return [f"parley.event.*.*.*.{args.person}", f"parley.event.*.*.*.*.{args.person}"]
    if args.conversation:
        return [f"parley.event.messenger.*.*.{args.conversation}", f"parley.event.messenger.*.*.{args.conversation}.*"]
    return ["parley.event.>"]


def wanted(name: str) -> ConsumerConfig:
    config = ConsumerConfig(name, name, ack_policy=AckPolicy.EXPLICIT, filter_subjects=subjects())
    config.deliver_policy = {"now": DeliverPolicy.NEW, "beginning": DeliverPolicy.ALL}.get(args.since)
    if config.deliver_policy is None:
        config.deliver_policy, config.opt_start_time = DeliverPolicy.BY_START_TIME, args.since
    return config


async def listen(database: sqlite3.Connection) -> None:
    """Until the connection ends: an admission lasts minutes, and NATS may be restarted."""
    client = await nats.connect(
        args.nats,
        token=os.environ["TOKEN"],
        name=args.name,
        inbox_prefix=f"_INBOX_{args.login}".encode(),
        allow_reconnect=False,
        ping_interval=5,
    )
    try:
        stream, consumer = client.jetstream(), f"{args.login}_{args.name}"
        try:
            await stream.consumer_info(args.stream, consumer)  # it goes on where it was
        except NotFoundError:
            await stream.add_consumer(args.stream, wanted(consumer))
        subscription = await stream.pull_subscribe_bind(consumer, stream=args.stream)
        while True:
            try:
                batch = await subscription.fetch(100, timeout=1)
            except nats.errors.TimeoutError:
                continue
            for event in batch:
                headers = event.headers or {}
                with database:  # whatever follows from the event belongs in the same transaction
                    is_new = database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (headers["ce-id"],)).rowcount
                if is_new:
                    print(json.dumps({"type": headers["ce-type"], "data": json.loads(event.data)}), flush=True)
                await event.ack()
    finally:
        await client.close()


async def main() -> None:
    database = sqlite3.connect(args.seen)
    database.execute("CREATE TABLE IF NOT EXISTS seen (id TEXT PRIMARY KEY)")
    while True:
        try:
            await listen(database)
        except (nats.errors.Error, OSError, TimeoutError) as error:
            print(f"again in a second: {error!r}", file=sys.stderr, flush=True)
        await asyncio.sleep(1)


asyncio.run(main())
