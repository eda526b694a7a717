/** Line icons on a grid of 24, drawn in the colour of the text; they say nothing to screen readers. */
const PATHS = {
  chat: "M4 5h16v11H11l-5 4v-4H4z",
  search: "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14zm5 12 4.5 4.5",
  plus: "M12 5v14M5 12h14",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5 10 17.5 19 7",
  chevron: "M6 9l6 6 6-6",
  back: "M15 5l-7 7 7 7",
  more: "M4.6 12h.8M5 11.6v.8M11.6 12h.8M12 11.6v.8M18.6 12h.8M19 11.6v.8",
  edit: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  reply: "M10 6 4 12l6 6M4 12h10a6 6 0 0 1 6 6",
  send: "M4 4l17 8-17 8 3-8zM7 12h8",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20a6.5 6.5 0 0 1 13 0M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.2a6.5 6.5 0 0 1 3.5 5.8",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM10.3 5.2 10.4 2.5 13.6 2.5 13.7 5.2 15.6 6 17.6 4.2 19.8 6.4 18 8.4 18.8 10.3 21.5 10.4 21.5 13.6 18.8 13.7 18 15.6 19.8 17.6 17.6 19.8 15.6 18 13.7 18.8 13.6 21.5 10.4 21.5 10.3 18.8 8.4 18 6.4 19.8 4.2 17.6 6 15.6 5.2 13.7 2.5 13.6 2.5 10.4 5.2 10.3 6 8.4 4.2 6.4 6.4 4.2 8.4 6z",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  mail: "M3 6h18v12H3zM3 7l9 7 9-7",
  mute: "M6 16V11a6 6 0 0 1 9-5.2M18 11v5l2 2H4M10 21h4M3 3l18 18",
  pin: "M9 4h6l-1 6 4 4H6l4-4zM12 14v7",
  eye: "M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6z",
  warning: "M12 4 2.5 20h19zM12 10v4M12 17h.01",
  info: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 11v5M12 8h.01",
  key: "M8 20.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM11.2 12.8 20 4M16 8l3 3M13.5 10.5l2 2",
  exit: "M10 4H5v16h5M15 8l4 4-4 4M19 12H9",
  down: "M12 5v14M6 13l6 6 6-6",
  up: "M12 19V5M6 11l6-6 6 6",
  upload: "M12 16V4M7 9l5-5 5 5M4 16v4h16v-4",
  download: "M12 4v12M7 11l5 5 5-5M4 18v2h16v-2",
  moon: "M20 14A8.5 8.5 0 0 1 10 4a8.5 8.5 0 1 0 10 10z",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  unlock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2",
  bot: "M5 9h14v10H5zM12 9V5M12 5h.01M9.5 13.5h.01M14.5 13.5h.01M2.5 12.5v3M21.5 12.5v3",
  refresh: "M19.5 9A8 8 0 1 0 20 13M20 4v5h-5",
  clock: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3.5 2",
  link: "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1 1M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1-1",
  keyboard: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      width={size}
      height={size}
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
