/** A file of people: tried first, then imported, and followed until it is done. */
import type { ImportReport, Invitation, Refusal } from "parley-client";
import { useEffect, useRef, useState } from "preact/hooks";
import { parley } from "../../../parley.ts";
import { refusalOf } from "../../../text/refusal.ts";

export interface Chosen {
  readonly name: string;
  readonly csv: string;
}
export interface Options {
  readonly passwords: boolean;
  readonly must_change: boolean;
}

const POLL_MS = 1_000;
const LATER_MS = 4_000;
/** What may be asked for again: the import goes on without us. */
const PASSES = new Set(["unavailable", "rate_limited", "internal"]);

export function useImport(onImported: () => void) {
  const [report, know] = useState<ImportReport>();
  const [invitations, keep] = useState<readonly Invitation[]>([]);
  const [refusal, refuse] = useState<Refusal>();
  const [isBusy, work] = useState(false);
  const isOver = useRef(false);
  useEffect(
    () => () => {
      isOver.current = true;
    },
    [],
  );

  function hear(heard: ImportReport) {
    know(heard);
    // told once: they are kept whatever comes after
    if (heard.invitations) keep((before) => [...before, ...heard.invitations!]);
  }

  async function run(chosen: Chosen, options: Options, isTrial: boolean) {
    work(true);
    refuse(undefined);
    try {
      const asked = { csv: chosen.csv, dry_run: isTrial, ...options };
      const { report: first } = await parley.ask("user.import", asked);
      hear(first);
      if (!isTrial) {
        await follow(first);
        onImported();
      }
    } catch (thrown) {
      refuse(refusalOf(thrown));
    }
    work(false);
  }

  async function follow(first: ImportReport) {
    let now = first;
    while ((now.state === "running" || now.uninvited) && !isOver.current) {
      await new Promise((wake) => setTimeout(wake, POLL_MS));
      try {
        now = (await parley.ask("user.import_status", { import_id: first.import_id })).report;
        hear(now);
      } catch (thrown) {
        if (!PASSES.has(refusalOf(thrown).code)) throw thrown;
        await new Promise((wake) => setTimeout(wake, LATER_MS));
      }
      if (now.state === "interrupted") return;
    }
  }

  function forget() {
    know(undefined);
    keep([]);
    refuse(undefined);
  }

  return { report, invitations, refusal, isBusy, run, forget };
}
