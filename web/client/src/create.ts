/** Puts the parts together: what is heard goes into the store, and what is to be done follows from what changed there. */
import type { Tokens as Answer, Code, Ending, MarkUnread, User } from "../../contract/index.ts";
import type { Asking } from "./asking/ask.ts";
import { asRefused, isPassing } from "./asking/refused.ts";
import { Completing } from "./doing/completing.ts";
import { doing } from "./doing/doing.ts";
import { Happenings } from "./doing/happenings.ts";
import { Keeping } from "./doing/keeping.ts";
import { Lists } from "./doing/lists.ts";
import { Presence } from "./doing/presence.ts";
import { Reading } from "./doing/reading.ts";
import { Sending } from "./doing/sending.ts";
import { Threads } from "./doing/threads.ts";
import { Backoff } from "./feed/backoff.ts";
import { Feed } from "./feed/feed.ts";
import type { Parley } from "./parley.ts";
import { type Platform, thisPlatform } from "./platform.ts";
import { Leaving } from "./session/leaving.ts";
import { Tabs } from "./session/tabs.ts";
import { type Access, Tokens } from "./session/tokens.ts";
import type { EndReason } from "./state/state.ts";
import { me } from "./state/whole.ts";
import { Store } from "./store.ts";

export interface Options {
  /** Of a gateway, or of what stands before several, e.g. `https://parley.example`. */
  readonly url: string;
  /**
   * Where the refresh token is: in a browser in a cookie that no script reads ("cookie"), elsewhere in memory ("token").
   * A page of another origin needs "token".
   */
  readonly session?: "cookie" | "token";
  /** Instead of parts of this browser, or of Node. */
  readonly platform?: Partial<Platform>;
}

export function createParley({ url: given, session, platform: parts }: Options): Parley {
  const url = given.replace(/\/+$/, "");
  const platform: Platform = { ...thisPlatform(), ...parts };
  const inCookie = (session ?? (typeof document === "undefined" ? "token" : "cookie")) === "cookie";
  const store = new Store();
  const leaving = new Leaving(platform);
  const { now } = platform;

  const tokens = new Tokens(platform, url, inCookie, {
    renewed: (access, answer) => {
      tabs.tellIn(access);
      entered(access, answer);
    },
    // who has no cookie was not here before
    ended: (why, reason) =>
      leave(store.state.session.phase === "unknown" && why === "token_invalid" ? undefined : why, reason),
  });
  const tabs = new Tabs(inCookie ? platform.channel : undefined, url, {
    in: (access) => {
      tokens.take(access);
      entered(access);
    },
    out: () => {
      keeping.forget(me(store.state));
      leave();
    },
  });
  const feed = new Feed(platform, url, tokens, {
    opened: () => store.dispatch({ kind: "feed.opened", at: now() }),
    pushed: (push) => store.dispatch({ kind: "pushed", push, at: now() }),
    lost: (told) => store.dispatch({ kind: "feed.lost", ...told, at: now() }),
    ended: (why, reason) => leave(why, reason),
  });
  const live = () => feed.live;
  const asking: Asking = { platform, url, tokens, live };
  const act = doing(asking, store, () => {
    // why, is said where another token is asked for
    tokens.renew(tokens.access?.token).catch(() => me(store.state) !== "" && leave("session_ended"));
  });

  const happenings = new Happenings(store);
  const keeping = new Keeping(platform, store);
  const lists = new Lists(act, store);
  const presence = new Presence(act, store, live);
  const reading = new Reading(act, store, live);
  const threads = new Threads(act, store);
  new Completing(act, store);
  new Sending(asking, store);

  function entered({ token, user }: Access, answer?: Answer): void {
    const before = me(store.state);
    if (before !== "" && before !== user.user_id) feed.stop(true); // somebody else has logged in, in another tab
    store.dispatch({ kind: "entered", user, notices: answer?.notices ?? accountNotices(), at: now() });
    feed.start();
    void feed.renewed(token);
  }

  const accountNotices = () => store.state.notices.filter((one) => one.notice_id === undefined);

  function leave(why?: Code | Ending, reason?: EndReason): void {
    feed.stop(true);
    tokens.forget();
    const said = { ...(why === undefined ? {} : { why }), ...(reason === undefined ? {} : { reason }) };
    store.dispatch({ kind: "left", ...said, at: now() });
  }

  return {
    get state() {
      return store.state;
    },
    subscribe: (listener) => store.subscribe(listener),
    onHappening: (listener) => happenings.listen(listener),

    async start() {
      if (store.state.session.phase !== "unknown") return;
      if (!tokens.hasCredential) return leave();
      const backoff = new Backoff();
      while (store.state.session.phase === "unknown") {
        try {
          await leaving.finish(() => tokens.logOut());
          if (leaving.isOver) return leave();
          await tokens.renew(undefined);
        } catch (error) {
          const { code, retryAfterS = 0 } = asRefused(error);
          if (!isPassing(code) && code !== "internal") break; // told already
          const wait = Math.max(backoff.next(platform.random()), retryAfterS * 1_000);
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
    },

    async logIn(login, password): Promise<User> {
      const answer = await tokens.logIn(login, password);
      leaving.isWanted = false;
      tabs.tellIn(tokens.access!);
      entered(tokens.access!, answer);
      return answer.user;
    },

    async logOut() {
      keeping.forget(me(store.state));
      leaving.isWanted = inCookie;
      const out = tokens.logOut().then(() => {
        leaving.isWanted = false;
      });
      tabs.tellOut();
      leave();
      await out.catch(() => undefined); // ended at the next start, if not now
    },

    ask: (name, request) => {
      // A marker that goes back: what was read before, and is to be told yet, must not take it forward again.
      if (name === "conversation.mark_unread") reading.forget((request as MarkUnread).conversation_id);
      return act.ask(name, request);
    },

    send(to, text, replyToSeq) {
      const clientMessageId = platform.newId();
      const written = { clientMessageId, to, text, writtenAt: now(), phase: "waiting" as const };
      const pending = replyToSeq === undefined ? written : { ...written, replyToSeq };
      store.dispatch({ kind: "written", pending: [pending] });
      presence.typedOut();
      return clientMessageId;
    },
    retry: (clientMessageId) => store.dispatch({ kind: "retried", clientMessageId }),
    discard: (clientMessageId) => store.dispatch({ kind: "discarded", clientMessageId }),

    open: (conversationId, aroundSeq) => threads.open(conversationId, aroundSeq),
    loadOlder: (conversationId) => threads.loadOlder(conversationId),
    loadNewer: (conversationId) => threads.loadNewer(conversationId),
    loadMoreConversations: () => lists.moreConversations(),
    loadPeople: () => lists.people(),

    read: (conversationId, seq) => reading.read(conversationId, seq),
    typing: (conversationId) => presence.typing(conversationId),
    active: () => presence.active(),
    watch: (userIds) => presence.watch(userIds),

    close() {
      feed.stop(false);
      tokens.rest();
      tabs.close();
      presence.close();
      reading.close();
    },
  };
}
