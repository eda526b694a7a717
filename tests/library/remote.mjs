// Clients of the library, led from outside. A line in: {id, client, verb, args}; a line out: {id, answer} or {id, refused}.
// Each client is of a tab; tabs of one browser share its cookies and what it keeps.
import { createInterface } from "node:readline";
import { createParley } from "parley-client";

const clients = new Map();
const browsers = new Map();

/** As a browser keeps one: no script reads it. */
function browserOf(name) {
  if (!browsers.has(name)) {
    let cookie;
    const turns = new Map();
    browsers.set(name, {
      refreshes: 0,
      fetch: async (url, options) => {
        const headers = { ...options.headers, ...(cookie ? { Cookie: cookie } : {}) };
        const response = await fetch(url, { ...options, headers });
        if (url.endsWith("/auth/refresh") && response.ok) browsers.get(name).refreshes++;
        for (const set of response.headers.getSetCookie()) cookie = set.split(";")[0];
        return response;
      },
      locked: (lock, work) => {
        const turn = (turns.get(lock) ?? Promise.resolve()).then(work, work);
        turns.set(lock, turn.catch(() => undefined));
        return turn;
      },
      channel: () => new BroadcastChannel(name),
      storage: kept(),
    });
  }
  return browsers.get(name);
}

function kept() {
  const values = new Map();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

function make(name, url, browser) {
  const before = clients.get(name);
  before?.parley.close();
  const network = new EventTarget();
  const tabStorage = before?.tabStorage ?? kept();
  const parts = browser === undefined ? {} : browserOf(browser);
  const session = browser === undefined ? "token" : "cookie";
  const parley = createParley({ url, session, platform: { ...parts, network, tabStorage } });
  const client = { parley, network, tabStorage, phases: [], told: [] };
  parley.subscribe(({ connection: { phase } }) => phase !== client.phases.at(-1) && client.phases.push(phase));
  parley.onHappening((happening) => client.told.push(happening.message?.text ?? happening.kind));
  clients.set(name, client);
}

function picture({ parley: { state }, phases, told }) {
  const { session, connection, unreadTotal, order, outbox } = state;
  const conversations = Object.fromEntries(
    [...state.conversations].map(([id, { last_seq, read_seq, unread, name, last_message, may_write }]) => [
      id,
      { last_seq, read_seq, unread, name, may_write, last: last_message?.text },
    ]),
  );
  const threads = Object.fromEntries(
    [...state.threads].map(([id, { messages, hasNewer }]) => [id, { hasNewer, texts: messages.map(({ text }) => text) }]),
  );
  return { session, connection, unreadTotal, order, outbox, conversations, threads, phases, told };
}

const verbs = {
  make: (name, url, browser) => make(name, url, browser),
  picture: (name) => picture(clients.get(name)),
  network: (name, event) => void clients.get(name).network.dispatchEvent(new Event(event)),
  refreshes: (name) => browserOf(name).refreshes,
};

async function answer({ id, client, verb, args }) {
  try {
    const answered = verb in verbs ? verbs[verb](client, ...args) : clients.get(client).parley[verb](...args);
    return { id, answer: (await answered) ?? null };
  } catch (error) {
    return { id, refused: error.code ?? String(error.stack) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  answer(JSON.parse(line)).then((said) => console.log(JSON.stringify(said)));
}
process.exit(0);
