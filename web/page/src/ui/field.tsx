/** Fields of a form: a label, what to type, a hint, and what is wrong with it. */
import type { ComponentChildren, JSX, Ref } from "preact";
import { useId, useState } from "preact/hooks";
import { t } from "../text/index.ts";
import { IconButton } from "./button.tsx";
import "./field.css";

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  /** What is wrong, a sentence each; none: nothing is. */
  errors?: readonly string[] | undefined;
}

interface FrameProps extends FieldProps {
  id: string;
  children: ComponentChildren;
}

function Frame({ id, label, hint, errors, children }: FrameProps) {
  return (
    <div class="field">
      <label class="field__label" for={id}>
        {label}
      </label>
      {children}
      {hint && (
        <div class="field__hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
      <div class="field__errors" id={`${id}-errors`} aria-live="polite">
        {errors?.map((error) => (
          <p key={error}>{error}</p>
        ))}
      </div>
    </div>
  );
}

function described(id: string, { hint, errors }: FieldProps) {
  const by = [hint && `${id}-hint`, errors?.length && `${id}-errors`].filter(Boolean).join(" ");
  return { "aria-invalid": Boolean(errors?.length), ...(by && { "aria-describedby": by }) };
}

type TextFieldProps = FieldProps & Omit<JSX.IntrinsicElements["input"], "label"> & { inputRef?: Ref<HTMLInputElement> };

export function TextField({ label, hint, errors, inputRef, ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} errors={errors}>
      <input
        ref={inputRef ?? null}
        type="text"
        {...(rest as object)}
        id={id}
        class="field__input"
        {...described(id, { label, hint, errors })}
      />
    </Frame>
  );
}

export function PasswordField({ label, hint, errors, inputRef, ...rest }: TextFieldProps) {
  const id = useId();
  const [isShown, show] = useState(false);
  return (
    <Frame id={id} label={label} hint={hint} errors={errors}>
      <div class="field__secret">
        <input
          ref={inputRef ?? null}
          {...(rest as object)}
          id={id}
          type={(isShown ? "text" : "password") as "password"}
          spellcheck={false}
          autocapitalize="none"
          class="field__input"
          {...described(id, { label, hint, errors })}
        />
        <IconButton
          icon="eye"
          label={t(isShown ? "password.hide" : "password.show")}
          pressed={isShown}
          onClick={() => show(!isShown)}
        />
      </div>
    </Frame>
  );
}

type SelectProps = FieldProps & Omit<JSX.IntrinsicElements["select"], "label">;

export function Select({ label, hint, errors, children, ...rest }: SelectProps) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} errors={errors}>
      <select {...(rest as object)} id={id} class="field__input" {...described(id, { label, hint, errors })}>
        {children}
      </select>
    </Frame>
  );
}

type CheckboxProps = { label: string; hint?: string } & Omit<JSX.IntrinsicElements["input"], "label">;

export function Checkbox({ label, hint, ...rest }: CheckboxProps) {
  const id = useId();
  return (
    <div class="checkbox">
      <input type="checkbox" {...(rest as object)} id={id} {...(hint && { "aria-describedby": `${id}-hint` })} />
      <label for={id}>{label}</label>
      {hint && (
        <p class="field__hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}
