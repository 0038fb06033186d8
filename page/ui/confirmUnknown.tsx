import { useEffect, useRef, useState } from 'preact/hooks';
import type { Resource } from '../api/types';
import { itemName } from '../words/itemNames';
import { Copyable } from './copyable';

/** Asks before something is done again that may have happened already. */
export type Confirm = (resource: Resource, goOn: () => Promise<void>) => void;

interface Question {
  readonly resource: Resource;
  readonly goOn: () => Promise<void>;
}

export function ConfirmUnknown({ question, onClose }: { question: Question; onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [hasLooked, setHasLooked] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  const { resource, goOn } = question;
  const isSend = 'send' in resource && resource.send === true;
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" onClose={onClose}>
      <h2 id="confirm-title">Look first</h2>
      <p>
        Microsoft gave no answer to the last step, so nobody knows whether it happened.
        {isSend ? ' Look into Sent Items for the message.' : ' Look whether the file is on the item.'}
      </p>
      {resource.item && (
        <p>
          The {itemName(resource.item)}: <Copyable value={resource.item} what="the item’s path" />
        </p>
      )}
      <label class="check-line">
        <input
          type="checkbox"
          checked={hasLooked}
          onChange={({ currentTarget }) => setHasLooked(currentTarget.checked)}
        />
        I have looked: {isSend ? 'it was not sent' : 'the file is not there'}.
      </label>
      <div class="buttons">
        <button type="button" class="secondary" onClick={() => dialog.current?.close()}>
          Leave it
        </button>
        <button
          type="button"
          class="primary"
          disabled={!hasLooked}
          onClick={() => {
            dialog.current?.close();
            void goOn();
          }}
        >
          Try again
        </button>
      </div>
    </dialog>
  );
}
