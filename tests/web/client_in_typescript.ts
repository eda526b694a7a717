// A client as TypeScript sees it: what is right compiles, and each line under "@ts-expect-error" does not.
import { io, type Socket } from "socket.io-client";
import { ENDINGS, ROUTES, STATUS, type Asks, type Code, type Conversation, type Heard, type Message, type Said } from "./contract";

const socket: Socket<Heard, Said> = io("http://127.0.0.1:8080", { auth: { token: "", cursor: undefined } });
const messages: Message[] = [];
let cursor: string | undefined;

socket.on("ready", ({ cursor: now, recovered, snapshot }) => {
  cursor = now;
  const conversations: Conversation[] = recovered ? [] : snapshot!.conversations;
  console.log(conversations.map((one) => one.unread ?? 0));
});
socket.on("message.sent", (told) => {
  cursor = told.cursor;
  messages.push(told.message);
  // @ts-expect-error a message has a seq, and it is a number
  const wrong: string = told.message.seq;
  // @ts-expect-error an optional field may be absent
  const change: string = told.message.edited_at;
});
socket.on("connection.warning", ({ code }) => console.log(ENDINGS[code].returns));
// @ts-expect-error there is no such push
socket.on("message.sended", () => {});

socket.emit("message.send", { to: { user_id: "u_Ada1" }, client_message_id: "1", text: "Hello" }, (answer) => {
  if (answer.ok) {
    messages.push(answer.message);
    // @ts-expect-error an answer is no refusal
    console.log(answer.error);
  } else if (answer.error.code === "writing_disabled") {
    const status: number = STATUS[answer.error.code];
    console.log(status, answer.error.retry_after_s);
  }
  // @ts-expect-error nobody is refused with this here
  if (!answer.ok && answer.error.code === "invalid_credentials") return;
});
// @ts-expect-error a text is needed
socket.emit("message.send", { to: { user_id: "u_Ada1" }, client_message_id: "1" }, () => {});
// @ts-expect-error credentials go over HTTP only
socket.emit("auth.login", { login: "ada", password: "" }, () => {});
// @ts-expect-error a status is one of a closed list
socket.emit("presence.set", { status: "busy" }, () => {});
socket.emit("presence.watch", { user_ids: "all" }, ({ ok }) => ok);

async function ask<Name extends keyof typeof ROUTES>(name: Name, request: Asks[Name]["request"]): Promise<Asks[Name]["answer"]> {
  const { method, path } = ROUTES[name];
  const answer = await fetch(path, { method, body: JSON.stringify(request) });
  return (await answer.json()) as Asks[Name]["answer"];
}

void ask("auth.login", { login: "ada", password: "", session: "token" }).then(({ access_token, user }) => [access_token, user.role === "admin"]);
// @ts-expect-error over sockets only
void ask("typing.start", { conversation_id: "g_floor1" });
const code: Code = "not_found";
console.log(code, cursor);
