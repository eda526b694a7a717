/** What surrounds every step of the log-in: the name of the house, and the language. */
import type { ComponentChildren } from "preact";
import { LANGUAGES, type Language, speak, t } from "../../text/index.ts";
import { useLanguage } from "../../text/use.ts";

export function Card({ children }: { children: ComponentChildren }) {
  const language = useLanguage();
  return (
    <main class="login">
      <div class="login__card">
        <div class="login__brand">
          <img src="/icon.svg" alt="" width={40} height={40} />
          <span>{t("app.name")}</span>
        </div>
        {children}
      </div>
      <label class="login__language">
        <span class="only-read">{t("login.language")}</span>
        <select value={language} onChange={(event) => speak(event.currentTarget.value as Language, true)}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </main>
  );
}
