// Hears Parley's events through a durable consumer: each once, and none lost, whatever of NATS and this program is restarted.
//
// TOKEN=parley_... node listen.js crm [--stream PARLEY_TEXT] [--since beginning|2026-01-05T08:30:00Z]
//   [--person ID | --conversation ID]

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseArgs } from "node:util";
import { AckPolicy, DeliverPolicy, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const text = (value) => ({ type: "string", ...(value && { default: value }) });
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    nats: text("nats://127.0.0.1:4222"),
    stream: text("PARLEY"), // PARLEY_TEXT for a token of the scope events.text
    name: text("listen"), // of the connection; the consumer is LOGIN_NAME
    since: text("now"), // now, beginning or a time; counts when the consumer is made
    person: text(),
    conversation: text(),
    seen: text("seen.txt"), // where it is kept what was heard
  },
});
const login = positionals[0];
const consumer = `${login}_${options.name}`;
const seen = new Set(existsSync(options.seen) ? readFileSync(options.seen, "utf8").split("\n") : []);

function subjects() {
  const { person, conversation } = options;
  if (person) return [`parley.event.*.*.*.${person}`, `parley.event.*.*.*.*.${person}`];
  const told = `parley.event.messenger.*.*.${conversation}`;
  return conversation ? [told, `${told}.*`] : ["parley.event.>"];
}

function start() {
  if (options.since === "now") return { deliver_policy: DeliverPolicy.New };
  if (options.since === "beginning") return { deliver_policy: DeliverPolicy.All };
  return { deliver_policy: DeliverPolicy.StartTime, opt_start_time: options.since };
}

async function listen() {
  const client = await connect({
    servers: options.nats,
    token: process.env.TOKEN,
    name: options.name,
    inboxPrefix: `_INBOX_${login}`,
    reconnect: false,
    pingInterval: 5_000,
  });
  try {
    const streams = await jetstreamManager(client, { checkAPI: false });
    try {
      await streams.consumers.info(options.stream, consumer); // it goes on where it was
    } catch (error) {
      if (error.name !== "ConsumerNotFoundError") throw error;
      const kept = { durable_name: consumer, ack_policy: AckPolicy.Explicit, filter_subjects: subjects() };
      await streams.consumers.add(options.stream, { ...kept, ...start() });
    }
    const events = await jetstream(client).consumers.get(options.stream, consumer);
    for await (const event of await events.consume({ expires: 5_000 })) {
      const id = event.headers.get("ce-id");
      if (!seen.has(id)) {
        console.log(JSON.stringify({ type: event.headers.get("ce-type"), data: event.json() }));
        seen.add(id);
        appendFileSync(options.seen, `${id}\n`);
      }
      event.ack();
    }
  } finally {
    await client.close();
  }
}

for (;;) {
  await listen().catch((error) => console.error(`again in a second: ${error}`)); // an admission lasts minutes, and NATS may restart
  await wait(1_000);
}
