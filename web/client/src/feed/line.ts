/** One connection from its opening to its end, which is told once. It does not come back: the feed opens another. */
import { io, type Socket } from "socket.io-client";
import type { Asks, Heard, Said, SocketAsk } from "../../../contract/index.ts";
import { Refused, unanswered } from "../asking/refused.ts";
import type { Push } from "../state/inputs.ts";

const OPEN_MS = 10_000;
/** How long an answer may take. Where nothing else was heard lately either, the line is dead. */
export const ANSWER_MS = 5_000;
const LATELY_MS = 2_500;

export interface LineTells {
  readonly opened: () => void;
  readonly pushed: (push: Push) => void;
  /** `code`: why the server refused it, where that is not for the network to heal. */
  readonly ended: (code?: string) => void;
}

export interface Credentials {
  readonly token: string;
  readonly cursor?: string;
}

export class Line {
  /** Caught up: what is asked is answered. */
  isLive = false;
  readonly #socket: Socket<Heard, Said>;
  readonly #tell: LineTells;
  readonly #unanswered = new Set<(error: Refused) => void>();
  #heardAt = 0;
  #isOver = false;

  constructor(url: string, credentials: Credentials, tell: LineTells) {
    this.#tell = tell;
    this.#socket = io(url, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      timeout: OPEN_MS,
      auth: (give) => give({ ...credentials }),
    });
    this.#socket.on("connect", () => {
      this.#hear();
      this.#socket.io.engine.on("packet", () => this.#hear());
      tell.opened();
    });
    this.#socket.on("connect_error", (error) => this.end((error as { data?: { code?: string } }).data?.code));
    this.#socket.on("disconnect", () => this.end());
    this.#socket.onAny((name: Push["name"], body: Push["body"]) => {
      if (this.#isOver) return;
      if (name === "ready") this.isLive = true;
      tell.pushed({ name, body } as Push);
    });
  }

  /** Raises `Refused`: `unavailable` where no answer came, though it may have been done. */
  async ask<Name extends SocketAsk>(name: Name, request: Asks[Name]["request"]): Promise<Asks[Name]["answer"]> {
    const answer = await new Promise<{ ok: boolean; error?: ConstructorParameters<typeof Refused>[0] }>(
      (resolve, reject) => {
        if (this.#isOver) return reject(unanswered());
        const fail = (error: Refused) => {
          clearTimeout(late);
          this.#unanswered.delete(fail);
          reject(error);
        };
        const late = setTimeout(() => {
          fail(unanswered());
          if (Date.now() - this.#heardAt > LATELY_MS) this.end();
        }, ANSWER_MS);
        this.#unanswered.add(fail);
        (this.#socket.emit as (...said: unknown[]) => void)(name, request, (told: typeof answer) => {
          clearTimeout(late);
          this.#unanswered.delete(fail);
          resolve(told);
        });
      },
    );
    if (!answer.ok) throw new Refused(answer.error ?? { code: "internal", message: "" });
    const { ok: _, ...rest } = answer;
    return rest as Asks[Name]["answer"];
  }

  /** Told once, whatever ended it. */
  end(code?: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.isLive = false;
    this.#socket.disconnect();
    for (const fail of [...this.#unanswered]) fail(unanswered());
    this.#tell.ended(code);
  }

  #hear(): void {
    this.#heardAt = Date.now();
  }
}
