// Many official clients in one process, with nothing but what the library gives: it returns by itself, and says again what was
// not acknowledged (`retries`). Each talks to its group, reads it, renews its token, and some watch the others. What they do
// and see goes to standard output, one JSON object a line, with the time it happened at.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const { url, people, everyMs, freshMs, options } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const CONNECTS_AT_A_TIME = 8;
const said = [];
let isTalking = false;
let isOver = false;

const say = (line) => said.push(`${JSON.stringify({ at: performance.timeOrigin + performance.now(), ...line })}\n`);
setInterval(() => said.length && process.stdout.write(said.splice(0).join("")), 20);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function post(path, form) {
  const response = await fetch(`${url}/api/v1${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(form),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return await response.json();
}

class Client {
  constructor(person) {
    this.person = person;
    this.asks = 0;
    this.newest = 0;
    this.read = 0;
  }

  say(what, more) {
    say({ client: this.person.client, what, ...more });
  }

  async come() {
    const { login, password } = this.person;
    this.session = await post("/auth/login", { login, password, session: "token" });
    this.say("logged in", { login, user_id: this.session.user.user_id });
    this.socket = io(url, {
      transports: ["websocket"],
      forceNew: true,
      ...options,
      auth: (give) => give({ token: this.session.access_token, cursor: this.cursor }),
    });
    this.socket.on("connect", () => this.say("connected", { cursor: this.cursor }));
    this.socket.on("disconnect", (reason) => this.say("disconnected", { reason }));
    this.socket.on("connect_error", (error) => this.say("not connected", { why: error.data?.code ?? error.message }));
    const live = new Promise((resolve) => this.socket.on("ready", resolve));
    this.socket.onAny((name, body) => {
      this.cursor = body?.cursor ?? this.cursor;
      if (name === "message.sent") this.newest = Math.max(this.newest, body.message.seq);
      this.say("pushed", { name, body });
      if (name === "ready" && this.person.watches) this.ask("presence.watch", { user_ids: this.person.watches });
    });
    await live;
    this.renew();
  }

  async ask(name, fields) {
    this.asks += 1;
    const ask = `${this.person.client}.${this.asks}`;
    this.say("asked", { ask, name, fields });
    try {
      this.say("acknowledged", { ask, answer: await this.socket.emitWithAck(name, fields) });
    } catch (error) {
      this.say("unanswered", { ask, reason: String(error) });
    }
  }

  async renew() {
    await pause(freshMs * Math.random());
    while (!isOver) {
      try {
        const fresh = await post("/auth/refresh", { refresh_token: this.session.refresh_token });
        this.session = { ...this.session, ...fresh };
      } catch (error) {
        this.say("not renewed", { why: `${error.message} ${error.cause?.code ?? ""}` });
      }
      await pause(freshMs);
    }
  }

  async talk() {
    await pause(everyMs * Math.random());
    for (let number = 1; !isOver; number += 1) {
      const { group, client } = this.person;
      const id = `${client}-${number}`.replace("#", "-");
      await this.ask("message.send", { to: { conversation_id: group }, client_message_id: id, text: `I say ${number}` });
      if (this.newest > this.read && number % 4 === 0) {
        this.read = this.newest;
        await this.ask("conversation.read", { conversation_id: group, seq: this.read });
      }
      await pause(everyMs * (0.5 + Math.random()));
    }
  }
}

const clients = people.map((person) => new Client(person));
const orders = createInterface({ input: process.stdin });
const told = new Promise((resolve) => {
  orders.on("line", (line) => {
    if (line === "talk") resolve();
    else isOver = true;
  });
});
orders.on("close", () => {
  for (const client of clients) client.socket?.close();
  setTimeout(() => process.exit(0), 200);
});

const waiting = [...clients];
await Promise.all(
  Array.from({ length: CONNECTS_AT_A_TIME }, async () => {
    for (let client = waiting.pop(); client; client = waiting.pop()) await client.come();
  }),
);
say({ what: "all live" });
await told;
await Promise.all(clients.map((client) => client.talk()));
say({ what: "silent" });
