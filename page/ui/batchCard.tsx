import { isFinal } from '../api/types';
import type { Target } from '../batches/batch';
import type { Batches } from '../batches/batches';
import type { BatchRun } from '../batches/batchRun';
import { useObserved } from '../observable';
import { count } from '../words/format';
import { itemName, mailboxName } from '../words/itemNames';
import { isUnknown, stateWord } from '../words/states';
import { BatchFileRow } from './batchFile';
import type { Confirm } from './confirmUnknown';
import { ProblemNote } from './problemNote';
import { ResourceNotes } from './resourceNotes';
import { StateTag } from './stateTag';

/** One press of the button, and how far it has come. */
export function BatchCard({ run, batches, confirm }: { run: BatchRun; batches: Batches; confirm: Confirm }) {
  useObserved(run);
  const { batch, latest, phase, problem } = run;
  const uploads = run.uploads;
  const title = `${count(batch.files.length, 'file')} to ${targetWords(batch.target)}`;
  const headingId = `batch-${batch.id}`;
  return (
    <article class="card batch" aria-labelledby={headingId}>
      <header>
        <h3 id={headingId} tabIndex={-1}>
          {title}
        </h3>
        {latest ? (
          <StateTag resource={latest} word={batchWord(run)} />
        ) : (
          <span class="state quiet">{phaseWords(run)}</span>
        )}
        <Buttons run={run} batches={batches} confirm={confirm} />
      </header>
      {run.reused && (
        <div class="note wait">
          This file had been attached to this item already, so nothing was sent twice.{' '}
          <button type="button" class="secondary small" onClick={() => void run.fresh({ evenIfKnown: true })}>
            Attach it once more
          </button>
        </div>
      )}
      {phase === 'needsFiles' && (
        <div class="note wait">
          <p>
            The page was loaded again, and a browser then forgets the files. Choose or drop the same{' '}
            {batch.files.length === 1 ? 'file' : 'files'} once more: what is in storage already is not sent again.
          </p>
          <button type="button" class="secondary small" onClick={() => document.getElementById('files')?.click()}>
            Choose {batch.files.length === 1 ? 'it' : 'them'} again
          </button>
        </div>
      )}
      {problem && <ProblemNote problem={problem} />}
      {latest && 'uploads' in latest && <ResourceNotes resource={latest} isUnsent={latest.send} />}
      <ul class="files">
        {[...run.files.values()].map((file, index) => (
          <BatchFileRow key={file.about.key} run={run} file={file} upload={uploads[index]} />
        ))}
      </ul>
    </article>
  );
}

function Buttons({ run, batches, confirm }: { run: BatchRun; batches: Batches; confirm: Confirm }) {
  const { latest, phase } = run;
  const isOver = latest !== undefined && isFinal(latest);
  const canRetry = phase === 'stopped' || (isOver && latest.status !== 'succeeded');
  const again = (): void => {
    if (latest && isUnknown(latest)) confirm(latest, () => run.again(true));
    else void (phase === 'stopped' && !isOver ? run.run() : run.again());
  };
  return (
    <div class="buttons">
      {canRetry && (
        <button type="button" class="secondary small" onClick={again}>
          Try again
        </button>
      )}
      {isOver || phase === 'stopped' || phase === 'needsFiles' ? (
        <button type="button" class="quiet small" onClick={() => batches.remove(run)}>
          {phase === 'needsFiles' ? 'Give up' : 'Dismiss'}
        </button>
      ) : (
        <button
          type="button"
          class="quiet small"
          disabled={latest?.status === 'cancelling' || phase === 'asking'}
          onClick={() => (run.batch.resource ? void run.cancel() : batches.remove(run))}
        >
          Cancel
        </button>
      )}
    </div>
  );
}

function targetWords(target: Target): string {
  if (target.kind === 'item')
    return target.label.includes(' of ') ? `a ${target.label}` : `“${target.label}”, ${itemName(target.item)}`;
  return `a new draft ${target.subject ? `“${target.subject}” ` : ''}of ${mailboxName(target.mailbox)}`;
}

function phaseWords({ phase }: BatchRun): string {
  if (phase === 'needsFiles') return 'Interrupted';
  if (phase === 'stopped') return 'Stopped';
  return phase === 'sending' ? 'To storage' : 'Asking the app';
}

/** A delivery that was sent says so; one that is to be sent is not done when all is attached. */
function batchWord({ latest, batch }: BatchRun): string | undefined {
  if (!latest || !('sent' in latest)) return undefined;
  if (latest.status === 'succeeded') return latest.sent ? 'Attached and sent' : 'Attached';
  const allThere =
    batch.send && latest.status === 'running' && latest.uploads.every(({ status }) => status === 'succeeded');
  return allThere ? 'Sending' : stateWord(latest);
}
