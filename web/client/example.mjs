// Marco writes to Elena, who answers. Against a local cluster: `make run`, then `node example.mjs`.
import { createParley } from "parley-client";

const url = process.argv[2] ?? "http://127.0.0.1:8080";
const [marco, elena] = [createParley({ url }), createParley({ url })];

marco.subscribe(({ connection, unreadTotal }) => console.log(`Marco is ${connection.phase}, ${unreadTotal} unread`));
elena.onHappening(({ message, isMine }) => isMine || elena.send({ userId: message.sender_id }, `${message.text}, too`));
marco.onHappening(({ message, isMine }) => {
  if (isMine) return;
  console.log(`${marco.state.people.get(message.sender_id).user.name} answers: ${message.text}`);
  marco.close();
  elena.close();
});

const password = "Parley-2026";
const [{ user_id: userId }] = await Promise.all([elena.logIn("elena", password), marco.logIn("marco", password)]);
while (elena.state.connection.phase !== "connected") await new Promise((resolve) => elena.subscribe(resolve));
await marco.loadPeople();
marco.send({ userId }, `Good morning, ${new Date().toISOString()}`); // sent when there is a connection
