import type { ComponentChildren, InputHTMLAttributes } from 'preact';

interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** what is wrong with it */
  readonly error?: string | undefined;
  /** said below it, always */
  readonly hint?: ComponentChildren;
  readonly input?: InputHTMLAttributes;
}

/** A labelled text field that tells its error to everybody. */
export function Field({ id, label, value, onValue, error, hint, input }: FieldProps) {
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        value={value}
        aria-invalid={error ? true : undefined}
        aria-describedby={described || undefined}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
        {...input}
      />
      {error && (
        <p class="wrong-why" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hint && (
        <div class="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}
