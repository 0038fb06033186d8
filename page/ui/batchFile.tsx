import type { Upload } from '../api/types';
import type { BatchRun } from '../batches/batchRun';
import type { FileRun } from '../batches/fileRun';
import { count, fileSize, timeLeft } from '../words/format';
import { stateWord, toneOf, type Tone } from '../words/states';
import { Attached } from './attached';
import { StateIcon } from './icons';
import { Progress } from './progress';
import { ResourceNotes } from './resourceNotes';

/** One file of a batch: first to storage, then to Outlook. */
export function BatchFileRow({ run, file, upload }: { run: BatchRun; file: FileRun; upload: Upload | undefined }) {
  const { name, size, key } = file.about;
  const isStored = run.batch.files.find((each) => each.key === key)?.blob !== undefined;
  const stored = isStored ? 1 : file.bytesSent / size;
  const attached = (upload?.progress.percent ?? 0) / 100;
  const isOver = upload !== undefined && ['succeeded', 'failed', 'cancelled'].includes(upload.status);
  return (
    <li>
      <div class="line">
        <StateIcon tone={upload ? toneOf(upload) : toneOfStaging(run, file, isStored)} />
        <span class="name">{name}</span>
        <span class="fine">{fileSize(size)}</span>
        <span class="now">{upload ? uploadWords(run, upload) : stagingWords(run, file, isStored)}</span>
      </div>
      {!isOver && (
        <div class="way">
          <Progress part={stored} label={`${name} to storage`} />
          <Progress part={attached} label={`${name} to Outlook`} isIdle={!upload} />
        </div>
      )}
      {file.problem && <p class="wrong-why">{file.problem.detail}</p>}
      {upload && <ResourceNotes resource={upload} />}
      {upload?.status === 'succeeded' && <Attached upload={upload} />}
    </li>
  );
}

function stagingWords(
  { phase }: BatchRun,
  { sending, attempts, rate, bytesSent, about }: FileRun,
  isStored: boolean,
): string {
  if (isStored) return 'In storage';
  if (phase === 'needsFiles') return 'Interrupted';
  if (!sending) return phase === 'stopped' ? 'Not sent' : 'Its turn comes';
  if (attempts > 0)
    return navigator.onLine ? `Trying again (${count(attempts, 'attempt')} failed)` : 'Waiting for the connection';
  return ['To storage', ...speed(rate.bytesPerSecond, about.size - bytesSent)].join(' · ');
}

function uploadWords({ rate }: BatchRun, upload: Upload): string {
  if (upload.status !== 'running') return stateWord(upload);
  const { bytesSent, bytesTotal } = upload.progress;
  if (bytesSent === 0) return 'Starting';
  if (bytesSent >= bytesTotal) return 'Checking what arrived';
  return ['To Outlook', ...speed(rate.bytesPerSecond, bytesTotal - bytesSent)].join(' · ');
}

const speed = (bytesPerSecond: number | undefined, bytesLeft: number): string[] =>
  bytesPerSecond === undefined
    ? []
    : [`${fileSize(Math.round(bytesPerSecond))}/s`, timeLeft(bytesLeft / bytesPerSecond)];

function toneOfStaging({ phase }: BatchRun, { problem, sending, attempts }: FileRun, isStored: boolean): Tone {
  if (problem) return 'bad';
  if (phase === 'needsFiles' && !isStored) return 'wait';
  if (attempts > 0) return 'wait';
  return sending ? 'active' : isStored ? 'active' : 'quiet';
}
