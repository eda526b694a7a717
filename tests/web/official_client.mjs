// The official client, unmodified: refused without a token, chats, loses its connection, comes back by itself, resumes.
import assert from "node:assert/strict";
import { io } from "socket.io-client";

const [url, password] = process.argv.slice(2);

async function logIn(login) {
  const response = await fetch(`${url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ login, password, session: "token" }),
  });
  assert.equal(response.status, 200);
  return response.json();
}

const once = (socket, name) => new Promise((resolve) => socket.once(name, resolve));

function person({ access_token }, transports) {
  const socket = io(url, {
    transports,
    reconnectionDelay: 100,
    auth: (give) => give({ token: access_token, cursor: socket.cursor }),
  });
  socket.said = [];
  socket.onAny((_, told) => {
    socket.cursor = told?.cursor ?? socket.cursor;
  });
  socket.on("message.sent", ({ message }) => socket.said.push(message));
  return socket;
}

const stranger = io(url, { transports: ["websocket"], forceNew: true });
const refusal = await once(stranger, "connect_error");
assert.equal(refusal.data.code, "unknown_authorization_format");
assert.equal(stranger.active, false);
stranger.close();

for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]]) {
  const [marco, elena] = [await logIn("marco"), await logIn("elena")];
  const ada = person(marco, transports);
  const grace = person(elena, transports);
  const snapshots = await Promise.all([once(ada, "ready"), once(grace, "ready")]);
  assert.ok(snapshots.every((ready) => ready.recovered === false && ready.snapshot));

  const send = (text) =>
    ada.timeout(5000).emitWithAck("message.send", {
      to: { user_id: elena.user.user_id },
      client_message_id: crypto.randomUUID(),
      text,
    });
  const first = await send("Good morning");
  assert.equal(first.ok, true);
  while (!grace.said.some(({ seq }) => seq === first.message.seq)) await once(grace, "message.sent");

  const gone = once(grace, "disconnect");
  grace.io.engine.transport.name === "websocket"
    ? grace.io.engine.transport.ws._socket?.destroy() ?? grace.io.engine.transport.ws.close()
    : grace.io.engine.transport.onClose();
  await gone;
  const ready = once(grace, "ready");
  const meanwhile = await send("while you were away");
  assert.equal((await ready).recovered, true);
  while (!grace.said.some(({ seq }) => seq === meanwhile.message.seq)) await once(grace, "message.sent");
  assert.equal(new Set(grace.said.map(({ seq }) => seq)).size, grace.said.length);

  const read = await grace.timeout(5000).emitWithAck("conversation.read", {
    conversation_id: meanwhile.message.conversation_id,
    seq: meanwhile.message.seq,
  });
  assert.equal(read.unread, 0);
  ada.close();
  grace.close();
}
console.log("the official client is content");
process.exit(0);
