/** Whatever happens in whatever order, told twice, late, or after a return: it is what a fresh snapshot says. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Client } from "../client.ts";
import { ada, grace, linus } from "../people.ts";
import { Server } from "../server.ts";

const PLACES = ["d_Grace", "d_Linus", "g_Floor", "g_Desk"];
const SENDERS = [ada, grace, linus].map((one) => one.user_id);
const place = fc.constantFrom(...PLACES);
const group = fc.constantFrom("g_Floor", "g_Desk");
const few = fc.nat(6);

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ what: fc.constant("say" as const), id: place, sender: fc.constantFrom(...SENDERS) }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("write" as const), id: place }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("overtake" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant("revise" as const), id: place, nth: few, isDeleted: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant("read" as const), id: place, seq: few, by: fc.constantFrom(...SENDERS) }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("readHere" as const), id: place, seq: few }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("markUnread" as const), id: place, seq: few }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant("mine" as const), id: place, muted: fc.boolean(), pinned: fc.boolean() }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("join" as const), id: group }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("change" as const),
      id: group,
      name: fc.string(),
      writing: fc.boolean(),
      by: fc.constantFrom(...SENDERS),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("leave" as const), id: group }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("unread" as const) }) },
  { weight: 6, arbitrary: fc.record({ what: fc.constant("hear" as const), count: few }) },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("answers" as const), count: few }) },
  { weight: 3, arbitrary: fc.record({ what: fc.constant("open" as const), id: place }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("older" as const), id: place }) },
  { weight: 2, arbitrary: fc.record({ what: fc.constant("repeat" as const), count: few }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("return" as const), isRecovered: fc.boolean(), again: few }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const TAKEN: { [What in Step["what"]]: (server: Server, client: Client, one: Extract<Step, { what: What }>) => void } =
  {
    say: (server, _, { id, sender }) => void server.say(id, isOf(id, sender) ? sender : ada.user_id),
    write: (_, client, { id }) => client.write(id),
    overtake: (server) => server.overtake(),
    revise: (server, _, { id, nth, isDeleted }) => server.revise(id, nth, isDeleted),
    read: (server, _, { id, seq, by }) => void server.read(id, seq, by),
    readHere: (_, client, { id, seq }) => client.read(id, seq),
    markUnread: (server, _, { id, seq }) => server.markUnread(id, seq),
    mine: (server, _, { id, muted, pinned }) => server.mine(id, muted, pinned),
    join: (server, _, { id }) => server.join(id),
    change: (server, _, { id, name, writing, by }) => server.change(id, name, writing, by),
    leave: (server, _, { id }) => server.leave(id),
    unread: (server) => server.pushUnread(),
    hear: (_, client, { count }) => client.hear(count),
    answers: (_, client, { count }) => client.answered(count),
    open: (_, client, { id }) => client.open(id),
    older: (_, client, { id }) => client.older(id),
    repeat: (server, client, { count }) => {
      const heard = server.log.length - server.wire.filter(({ name }) => name !== "unread").length;
      const again = server.log.slice(Math.max(0, heard - count), heard);
      const begin = again.findLastIndex(({ name }) => name === "group.created" || name === "group.deleted") + 1;
      for (const push of again.slice(begin)) client.do({ kind: "pushed", push, at: 0 });
    },
    return: (_, client, { isRecovered, again }) => client.connect(isRecovered, again),
  };

const isOf = (id: string, sender: string): boolean => id.startsWith("g_") || sender === `u_${id.slice(2)}`;

function conversationsOf({ whole }: Client) {
  return Object.fromEntries(
    [...whole.conversations].map(([id, { member_ids, created_at: _, read_version: __, muted, pinned, ...rest }]) => [
      id,
      { ...rest, member_ids: member_ids?.toSorted(), muted: muted ?? false, pinned: pinned ?? false },
    ]),
  );
}

/** Conversations with a marker beyond what Ada has read anywhere, and here. */
function readTooFar(server: Server, { whole }: Client): string[] {
  return [...whole.conversations]
    .filter(([id]) => !whole.own.incomplete.has(id))
    .filter(([id, { read_seq = 0 }]) => read_seq > Math.max(server.readTo(id), whole.own.reading.get(id)?.seq ?? 0))
    .map(([id]) => id);
}

test("snapshot and events are a fresh snapshot", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: "max" }), (steps) => {
      const server = new Server();
      const client = new Client(server);
      for (const one of steps) {
        TAKEN[one.what](server, client, one as never);
        expect(readTooFar(server, client)).toEqual([]);
      }
      client.settle();
      const fresh = new Client(server);

      expect(conversationsOf(client)).toEqual(conversationsOf(fresh));
      expect(client.whole.order).toEqual(fresh.whole.order);
      expect(client.whole.unreadTotal).toBe(fresh.whole.unreadTotal);
      expect(client.whole.outbox.filter(({ phase }) => phase === "waiting")).toEqual([]);
      expect(client.whole.own.incomplete.size + client.whole.own.reading.size).toBe(0);
      for (const [id, thread] of client.whole.threads) {
        const here = thread.messages.map(({ seq }) => seq);
        const all = server.list(id, { limit: 1_000 });
        expect(thread.messages).toEqual(all.filter(({ seq }) => here.includes(seq)));
        expect(here).toEqual(here.map((_, n) => here[0]! + n));
        if (thread.follows) expect(here.at(-1)).toBe(all.at(-1)?.seq);
        expect(thread.hasOlder || here.length === 0 || here[0] === all[0]?.seq).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
}, 120_000);
