import { useState } from 'preact/hooks';
import type { Batches } from '../batches/batches';
import { countProblem, fileProblem } from '../files/chosenFile';
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
  useObserved(files, form);
  const [isPressed, setPressed] = useState(false);

  const start = (send: boolean): void => {
    const target = form.target(send);
    const fault = firstFault(files, form, limits);
    setPressed(fault !== undefined);
    if (fault) requestAnimationFrame(() => document.querySelector<HTMLElement>(`.composer :is(${fault.at})`)?.focus());
    if (fault || !target) return;
    const { batch } = batches.start(files.list, target, send);
    files.clear();
    requestAnimationFrame(() => document.getElementById(`batch-${batch.id}`)?.focus());
  };
  const sum = files.list.length > 0 ? `${count(files.list.length, 'file')}, ${fileSize(files.bytes)}` : '';
  const wrong = isPressed ? firstFault(files, form, limits)?.words : countProblem(files.list.length);

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
          {[files.leftOut, wrong ?? sum].filter((words) => words !== '').join(' ')}
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

/** What must be corrected first: in words, and which element gets the focus. */
function firstFault(
  { list }: ChosenFiles,
  form: TargetForm,
  { mostBytes }: AppLimits,
): { readonly words: string; readonly at: string } | undefined {
  if (list.length === 0) return { words: 'Choose at least one file.', at: '.drop button' };
  const tooMany = countProblem(list.length);
  if (tooMany) return { words: tooMany, at: '.files li button:last-child' };
  const wrong = list.filter((file) => fileProblem(file, mostBytes)).length;
  if (wrong > 0) return { words: `${count(wrong, 'file')} cannot be sent: see why above.`, at: '.wrong button' };
  return form.advice === '' ? undefined : { words: form.advice, at: '[aria-invalid=true], .items input' };
}
