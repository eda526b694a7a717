// What is measured in the page. A thing is painted once a task runs after the frame that shows it.
globalThis.measure = (() => {
  const list = () => document.querySelector("#list");
  const painted = () =>
    new Promise((resolve) => {
      requestAnimationFrame(() => {
        const door = new MessageChannel();
        door.port1.onmessage = () => resolve(performance.now());
        door.port2.postMessage(undefined);
      });
    });
  const inView = (row) => {
    const [place, around] = [row.getBoundingClientRect(), list().getBoundingClientRect()];
    return place.top >= around.top && place.bottom <= around.bottom;
  };
  const rowsInView = () => [...list().querySelectorAll('[data-row^="/c/"]')].filter(inView);
  const scrollOn = async () => {
    list().scrollBy(0, list().clientHeight - 100);
    await painted();
    await painted();
  };

  let opening;
  let keys = [];
  let long = [];
  let lasted = [];
  let isFraming = false;
  const tasks = new PerformanceObserver((entries) => note(entries.getEntries()));
  const note = (entries) => {
    for (const { duration } of entries) long.push(duration);
  };
  const press = async ({ timeStamp }) => {
    keys.push((await painted()) - timeStamp);
  };

  return {
    rows: () => Number(list()?.getAttribute("aria-rowcount") ?? 0),

    async toTop() {
      list().scrollTo(0, 0);
      await painted();
    },

    /** The first conversation in view, or below it, that is none of these. */
    async nextRow(known) {
      for (let screens = 0; screens < 50; screens++) {
        const row = rowsInView().find(({ dataset }) => !known.includes(dataset.row));
        if (row) return row.dataset.row;
        await scrollOn();
      }
      return null;
    },

    async bringIn(row) {
      const isThere = () => rowsInView().some(({ dataset }) => dataset.row === row);
      if (!isThere()) list().scrollTo(0, 0);
      for (let screens = 0; screens < 50 && !isThere(); screens++) {
        await painted();
        if (!isThere()) await scrollOn();
      }
    },

    /** From the next click until the messages of this row are painted, and what is typed goes there. */
    arm(row) {
      const name = list().querySelector(`[data-row="${row}"] .row__text`).textContent;
      opening = new Promise((resolve) => {
        const begin = ({ timeStamp }) => {
          const look = () => {
            const open = document.querySelector(".conversation");
            const isOpen =
              location.pathname === row &&
              open?.getAttribute("aria-label") === `Conversation: ${name}` &&
              open.querySelector(".message__text") &&
              document.activeElement?.id === "composer";
            if (isOpen) painted().then((at) => resolve(at - timeStamp));
            else requestAnimationFrame(look);
          };
          look();
        };
        addEventListener("click", begin, { capture: true, once: true });
      });
    },

    opened(most) {
      const facts = () => {
        const open = document.querySelector(".conversation");
        const said = open?.querySelectorAll(".message__text").length;
        const at = document.activeElement?.outerHTML.slice(0, 80);
        return JSON.stringify([location.pathname, open?.getAttribute("aria-label"), said, at]);
      };
      const late = new Promise((_, reject) => setTimeout(() => reject(new Error(`not opened: ${facts()}`)), most));
      return Promise.race([opening, late]);
    },

    typing() {
      keys = [];
      long = [];
      tasks.observe({ type: "longtask" });
      addEventListener("keydown", press, { capture: true });
    },

    async typed() {
      await painted();
      removeEventListener("keydown", press, { capture: true });
      note(tasks.takeRecords());
      tasks.disconnect();
      return { keys, long };
    },

    frames() {
      lasted = [];
      isFraming = true;
      let before;
      const frame = (at) => {
        if (before !== undefined) lasted.push(at - before);
        before = at;
        if (isFraming) requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    },

    framed() {
      isFraming = false;
      return lasted;
    },
  };
})();
