import { useState } from 'preact/hooks';
import type { Batches } from '../batches/batches';
import { fileProblem } from '../files/chosenFile';
import type { ChosenFiles } from '../files/chosenFiles';
import { useObserved } from '../observable';
import type { TargetForm } from '../target/targetForm';
import { count, fileSize } from '../words/format';
import type { AppLimits } from './appLimits';
import { DropZone } from './dropZone';
import { FileRows } from './fileRows';
import { TargetPicker } from './targetPicker';

interface ComposerProps {
  readonly files: ChosenFiles;
  readonly form: TargetForm;
  readonly batches: Batches;
  readonly limits: AppLimits;
  readonly onFiles: (files: File[]) => void;
}

/** Files, where they go, and the button. */
export function Composer({ files, form, batches, limits, onFiles }: ComposerProps) {
  useObserved(files, form, form.recent);
  const [missing, setMissing] = useState('');
  const wrong = files.list.filter((file) => fileProblem(file, limits.mostBytes)).length;

  const start = (send: boolean): void => {
    const target = form.target(send);
    const words =
      files.list.length === 0
        ? 'Choose at least one file.'
        : wrong > 0
          ? `${count(wrong, 'file')} cannot be sent: see why above.`
          : target
            ? ''
            : 'Say where the files go.';
    setMissing(words);
    if (words !== '' || !target) {
      requestAnimationFrame(() => focusFirst(files.list.length === 0));
      return;
    }
    const { batch } = batches.start(files.list, target, send);
    files.clear();
    requestAnimationFrame(() => document.getElementById(`batch-${batch.id}`)?.focus());
  };

  return (
    <form
      class="card composer"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        start(false);
      }}
    >
      <section class="pick" aria-label="Files">
        <h2 class="step">Files</h2>
        {files.list.length > 0 && <FileRows files={files} mostBytes={limits.mostBytes} />}
        <DropZone onFiles={onFiles} mostBytes={limits.mostBytes} isSmall={files.list.length > 0} />
      </section>
      <TargetPicker form={form} />
      <div class="go">
        <p class="summary" role="status">
          {missing || (files.list.length > 0 ? `${count(files.list.length, 'file')}, ${fileSize(files.bytes)}` : '')}
        </p>
        {limits.maySend && form.canSend && (
          <button type="button" class="secondary" onClick={() => start(true)}>
            Attach and send
          </button>
        )}
        <button type="submit" class="primary">
          {files.list.length > 1 ? `Attach ${files.list.length} files` : 'Attach'}
        </button>
      </div>
    </form>
  );
}

/** Puts the reader where something is missing. */
function focusFirst(noFiles: boolean): void {
  const places = noFiles ? ['.drop button'] : ['[aria-invalid=true]', '.items input', '.wrong button'];
  const found = places.map((place) => document.querySelector<HTMLElement>(`.composer ${place}`));
  found.find((element) => element !== null)?.focus();
}
