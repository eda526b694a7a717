/** One of several views, chosen by arrow keys or a click. */
import "./tabs.css";

interface TabsProps<Id extends string> {
  label: string;
  tabs: readonly { id: Id; label: string }[];
  chosen: Id;
  onChoose: (id: Id) => void;
  /** The id of the element that the tabs change. */
  controls?: string;
}

export function Tabs<Id extends string>({ label, tabs, chosen, onChoose, controls }: TabsProps<Id>) {
  function move(event: KeyboardEvent & { currentTarget: HTMLElement }) {
    const at = tabs.findIndex((tab) => tab.id === chosen);
    const ahead = document.documentElement.dir === "rtl" ? "ArrowLeft" : "ArrowRight";
    const behind = ahead === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    const to = { [ahead]: at + 1, [behind]: at - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = to % tabs.length;
    onChoose(tabs[next]!.id);
    (event.currentTarget.children[next] as HTMLElement).focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label={label} tabIndex={-1} onKeyDown={move}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          class="tabs__tab"
          aria-selected={tab.id === chosen}
          {...(controls && { "aria-controls": controls })}
          tabIndex={tab.id === chosen ? 0 : -1}
          onClick={() => onChoose(tab.id)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
