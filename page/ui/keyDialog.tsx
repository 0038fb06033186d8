import { useEffect, useRef, useState } from 'preact/hooks';
import { signInPath } from './pageHeader';

/** Asks for the function key, once for the tab. */
export function KeyDialog({
  hasSignIn,
  wasRefused,
  onKey,
  onClose,
}: {
  hasSignIn: boolean;
  wasRefused: boolean;
  onKey: (key: string) => void;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [key, setKey] = useState('');
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="key-title" onClose={onClose}>
      <form
        method="dialog"
        onSubmit={() => {
          if (key.trim() !== '') onKey(key.trim());
        }}
      >
        <h2 id="key-title">This app asks for a key</h2>
        <p>
          A function key of the app, from its administrator. It stays in this tab and is forgotten when the tab is
          closed.
        </p>
        {hasSignIn && (
          <p>
            With your work account you need none: <a href={signInPath}>sign in</a>.
          </p>
        )}
        <div class="field">
          <label for="key">Function key</label>
          <input
            id="key"
            type="password"
            autocomplete="off"
            value={key}
            aria-invalid={wasRefused ? true : undefined}
            aria-describedby={wasRefused ? 'key-error' : undefined}
            onInput={({ currentTarget }) => setKey(currentTarget.value)}
          />
          {wasRefused && (
            <p class="wrong-why" id="key-error">
              The app did not take this key.
            </p>
          )}
        </div>
        <div class="buttons">
          <button type="button" class="secondary" onClick={() => dialog.current?.close()}>
            Not now
          </button>
          <button type="submit" class="primary">
            Use this key
          </button>
        </div>
      </form>
    </dialog>
  );
}
