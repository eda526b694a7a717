/** A short tone for a new message: off until it is wanted, one tab's only, and not for each of a flood. */
import { signal } from "../text/signal.ts";
import { claim } from "./claim.ts";

const KEPT_AS = "parley.sound";
const PAUSE_MS = 1_500;
const LOUDNESS = 0.12;
/** A rising third: what it is in hertz, when it begins, how long it sounds, in seconds. */
const TONES = [
  { pitch: 659.3, from: 0, lasts: 0.16 },
  { pitch: 830.6, from: 0.11, lasts: 0.28 },
];

export const sound = signal(localStorage.getItem(KEPT_AS) === "on");
let context: AudioContext | undefined;

sound.subscribe(() => {
  localStorage.setItem(KEPT_AS, sound.get() ? "on" : "off");
  if (!sound.get()) return;
  ready();
  play();
});

/** Browsers let a page sound only once the person did something in it. */
export function ready(): void {
  if (!sound.get()) return;
  context ??= new AudioContext();
  if (context.state === "suspended") void context.resume();
}

export async function ring(): Promise<void> {
  if (!sound.get() || context?.state !== "running") return;
  if (await claim("sound", PAUSE_MS)) play();
}

function play(): void {
  if (!context) return;
  const now = context.currentTime;
  for (const { pitch, from, lasts } of TONES) {
    const tone = new OscillatorNode(context, { frequency: pitch, type: "sine" });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, now + from);
    volume.gain.linearRampToValueAtTime(LOUDNESS, now + from + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + from + lasts);
    tone.connect(volume).connect(context.destination);
    tone.start(now + from);
    tone.stop(now + from + lasts);
  }
}
