import { note, noTries, warn } from '../../job/story';
import { minutes, seconds } from '../../retry';
import { giveUp, goOn } from './changes';
import { problems } from './problems';
import type { Answer, EndedUpload, In, Progress, Rules } from './progress';

/** One file after the other. An upload's end nudges the delivery; the polls are for a nudge that was lost. */
export const attaching: Rules<'attaching'> = {
  wants({ phase, plan, attached }) {
    const uploadId = plan.uploads[attached] ?? '';
    return { do: phase.isStarted ? 'checkUpload' : 'startUpload', uploadId };
  },
  on(p, said, now) {
    switch (said.kind) {
      case 'started':
        return waiting(p, now);
      case 'uploadActive':
        // started, and nobody has begun it: its start may have been lost
        return said.isBegun || p.phase.looks % 2 === 1
          ? waiting(p, now)
          : { ...waiting(p, now), phase: { ...p.phase, isStarted: false, looks: p.phase.looks + 1 } };
      case 'uploadEnded':
        return ended(p, said, now);
    }
  },
};

/** Three waits, the last one for ever: a small file is there in seconds, and no day of waiting costs more than 300 looks. */
export const pollMs = (looks: number): number => [seconds(20), minutes(1)][looks] ?? minutes(5);

function waiting(p: In<'attaching'>, now: number): Progress {
  const { looks } = p.phase;
  return {
    ...p,
    phase: { name: 'attaching', isStarted: true, looks: looks + 1 },
    tries: noTries,
    wait: { until: now + pollMs(looks) },
  };
}

function ended(p: Progress, { upload }: Extract<Answer<'checkUpload'>, { kind: 'uploadEnded' }>, now: number) {
  // a single upload is cancelled with its delivery alone
  if (upload.status === 'cancelled') return giveUp(p, 'cancelled', now);
  if (upload.status === 'failed') {
    return giveUp(p, problems.notAttached({ ...upload, because: upload.problem ?? problems.noReason }), now);
  }
  if (upload.proof !== 'bytes' && !isEnough(p, upload.proof))
    return giveUp(p, problems.notVerified(upload.name, upload.id, upload.proof), now);
  const attached = p.attached + 1;
  const q = note({ ...p, attached }, now, 'attached', `${attached} of ${p.plan.uploads.length}`);
  return goOn(upload.proof === 'bytes' ? q : unverified(q, upload), now);
}

/** Where nothing is announced, a file that could not be read back is no reason to fail, unless the caller says so. */
function isEnough({ plan }: Progress, proof: 'receipts' | 'none'): boolean {
  if (plan.proof === 'bytes') return false;
  return plan.announces === null || proof === 'receipts';
}

const unverified = (p: Progress, { name, id }: EndedUpload): Progress =>
  warn(
    p,
    'NotVerified',
    `The file ${name} (upload ${id}) could not be read back. The service acknowledged it; its bytes were not compared.`,
  );
