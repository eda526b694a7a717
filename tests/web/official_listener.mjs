// The official client, unmodified: it returns by itself, with its cursor, and says a word now and then until it is given a
// line; it leaves when its standard input ends. What it does and sees goes to its standard output, one JSON object a line.
import { createInterface } from "node:readline";
import { io } from "socket.io-client";

const [url, login, password, conversationId] = process.argv.slice(2);
const FRESH_MS = 300_000;
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let session;
let freshAt = 0;

async function post(path, form) {
  for (;;) {
    try {
      const response = await fetch(`${url}/api/v1${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(form),
        signal: AbortSignal.timeout(10_000),
      });
      if (response.ok) return await response.json();
    } catch {
      // the gateway is away: once more
    }
    await pause(500);
  }
}

async function token() {
  if (!session) session = await post("/auth/login", { login, password, session: "token" });
  else if (Date.now() - freshAt < FRESH_MS) return session.access_token;
  else session = { ...session, ...(await post("/auth/refresh", { refresh_token: session.refresh_token })) };
  freshAt = Date.now();
  return session.access_token;
}

await token();
say({ what: "logged in", user_id: session.user.user_id });

const socket = io(url, {
  transports: ["websocket"],
  reconnectionDelay: 200,
  reconnectionDelayMax: 2_000,
  timeout: 10_000,
  auth: (give) => token().then((fresh) => give({ token: fresh, cursor: socket.cursor })),
});
socket.on("connect", () => say({ what: "connected", cursor: socket.cursor }));
socket.on("disconnect", (reason) => say({ what: "disconnected", reason }));
socket.on("connect_error", (error) => {
  if (error.data?.code) say({ what: "rejected", code: error.data.code });
  if (error.data?.code === "token_expired") {
    freshAt = 0;
    socket.connect();
  }
});
socket.onAny((name, body) => {
  socket.cursor = body?.cursor ?? socket.cursor;
  say({ what: "pushed", name, body });
});

let isOver = false;
const orders = createInterface({ input: process.stdin });
orders.on("line", () => {
  isOver = true;
});
orders.on("close", () => {
  socket.close();
  setTimeout(() => process.exit(0), 200);
});

for (let number = 1; !isOver; number += 1) {
  await pause(700);
  const fields = { to: { conversation_id: conversationId }, client_message_id: `official-${number}`, text: `I say ${number}` };
  for (let attempt = 1; !isOver; attempt += 1) {
    const ask = `${number}.${attempt}`;
    say({ what: "asked", ask, name: "message.send", fields });
    try {
      const answer = await socket.timeout(6_000).emitWithAck("message.send", fields);
      say({ what: "acknowledged", ask, answer });
      if (answer.ok || !["unavailable", "rate_limited", "internal"].includes(answer.error.code)) break;
    } catch (error) {
      say({ what: "unanswered", ask, reason: String(error) });
    }
    await pause(300);
  }
}
say({ what: "silent" });
