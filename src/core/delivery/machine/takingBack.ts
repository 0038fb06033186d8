import { leave, note, noTries } from '../../job/story';
import { pollMs } from './attaching';
import { enter, finish, takesBack } from './changes';
import type { FileRef, In, Progress, Rules, Wanted } from './progress';

/**
 * On the way back no upload of the delivery is left under way before anything is removed. Then the draft goes that the
 * delivery made, or each file that it attached to somebody else's item.
 */
export const takingBack: Rules<'takingBack'> = {
  wants: (p) => removal(p) ?? { do: 'settleUploads' },
  on(p, said, now) {
    switch (said.kind) {
      case 'uploadsActive':
        return {
          ...p,
          phase: { name: 'takingBack', looks: p.phase.looks + 1 },
          tries: noTries,
          wait: { until: now + pollMs(p.phase.looks) },
        };
      case 'uploadsEnded':
        return removing(takesBack(p) && !isOwn(p) ? withFixed(p, said.fixed) : p, said.removable);
      case 'removed':
        return p.asked.do === 'takeBack'
          ? removing(note(p, now, 'attachmentRemoved'), rest(p))
          : finish({ ...note(p, now, 'draftDeleted'), item: null }, false);
      case 'sentByOthers':
        return finish(leave(p, `message ${p.item ?? ''}, which somebody has sent meanwhile`), false);
    }
  },
  exhausted(p) {
    const [first] = p.phase.files ?? [];
    if (p.asked.do === 'takeBack') return removing(leave(p, `attachment ${first?.name ?? ''}`), rest(p));
    if (p.asked.do === 'deleteDraft') return finish(leave(p, `draft ${p.item ?? ''}`), false);
    return removing(leave(p, 'perhaps files of uploads that are under way'), []);
  },
};

/** What is to be removed next; undefined where nothing is, or where it is not known yet. */
function removal(p: In<'takingBack'>): Wanted | undefined {
  const { files } = p.phase;
  if (!files || !takesBack(p)) return undefined;
  if (isOwn(p)) return p.item === null ? undefined : { do: 'deleteDraft' };
  const [first] = files;
  return first && { do: 'takeBack', uploadId: first.id };
}

function removing(p: Progress, files: readonly FileRef[]): Progress {
  const q = enter(p, { name: 'takingBack', files, looks: 0 }) as In<'takingBack'>;
  return removal(q) ? q : finish(q, false);
}

const rest = ({ phase }: In<'takingBack'>): readonly FileRef[] => (phase.files ?? []).slice(1);

/** The draft was made by this delivery: it is deleted with all that it holds. */
const isOwn = ({ plan }: Progress): boolean => plan.item === null;

/** Replies, and resources that got no id, cannot be removed. */
const withFixed = (p: Progress, names: readonly string[]): Progress =>
  names.reduce<Progress>((q, name) => leave(q, `attachment ${name}`), p);
