import { note } from '../../src/core/job/story';
import { UploadMachine, uploadMachine } from '../../src/core/upload/machine/decide';
import type { Progress, Step } from '../../src/core/upload/machine/progress';
import type { UploadRecord } from '../../src/core/upload/record';

const { begin, decide } = uploadMachine;

/** Lists the item twice before it sends: one step more, in the same schema. */
const moreSteps: UploadMachine = {
  ...uploadMachine,
  decide(p, said, now) {
    const isSecond = p.story.timeline.some(({ event }) => event === 'listedAgain');
    if (p.asked.do !== 'listAttachments' || said.kind !== 'listed' || isSecond) return decide(p, said, now);
    const step: Step = { ...p.asked, no: p.asked.no + 1, notBefore: now };
    return [{ ...note(p, now, 'listedAgain'), asked: step }, step];
  },
};

const asItIs = (progress: unknown): unknown => progress;

/** Opens the session before it lists the item: another order, so its states mean something else, in a schema of their own. */
const otherOrder: UploadMachine = {
  schema: 3,
  upgrades: { 1: asItIs, 2: asItIs },
  begin(plan, now) {
    const [p, step] = begin(plan, now);
    if (plan.way !== 'session') return [p, step];
    const asked: Step = { no: step.no, notBefore: now, do: 'createUploadSession' };
    return [{ ...p, phase: { name: 'sending' }, asked }, asked];
  },
  decide(p, said, now) {
    const held = (p as Held).held;
    if (held === undefined && (said.kind === 'opened' || said.kind === 'wrongWay')) {
      const [q, step] = decide(p, said, now);
      if (q.phase.name !== 'sending' && q.phase.name !== 'posting') return [q, step];
      const asked: Step = { no: p.asked.no + 1, notBefore: now, do: 'listAttachments' };
      const waiting: Held = { ...p, way: q.way, phase: { name: 'preparing' }, asked, held: q.phase };
      return [waiting, asked];
    }
    if (said.kind !== 'listed' || held === undefined || held === 'over') return decide(p, said, now);
    const { itemKey } = said;
    const sending: Held = { ...p, phase: held, held: 'over', ...(itemKey === undefined ? {} : { itemKey }) };
    return decide(sending, { kind: 'clock' }, now);
  },
};
interface Held extends Progress {
  /** The session that was opened first, until the item is listed. */
  readonly held?: Progress['phase'] | 'over';
}

/** Its states have a form of their own: one in another form is misread, as if nothing had been done yet. */
const otherForm: UploadMachine = {
  schema: 2,
  upgrades: { 1: (progress) => formed(progress as Progress) },
  begin(plan, now) {
    const [p, step] = begin(plan, now);
    return [formed(p), step];
  },
  decide(p, said, now) {
    const read: Progress = (p as Formed).form === 2 ? p : { ...p, phase: { name: 'preparing' } };
    const [decided, step] = decide(read, said, now);
    return [formed(decided), step];
  },
};
interface Formed extends Progress {
  readonly form?: 2;
}
const formed = (p: Progress): Formed => ({ ...p, form: 2 });

/** The app's own version, and others. */
export const versions = {
  rollBack: uploadMachine,
  deploySteps: moreSteps,
  deployOrder: otherOrder,
  deploySchema: otherForm,
} as const satisfies Record<string, UploadMachine>;

/** A schema that no version reads. */
const unreadable = 1000;
export const withoutCheckpoint = (record: UploadRecord): UploadRecord =>
  record.checkpoint ? { ...record, checkpoint: { ...record.checkpoint, schema: unreadable } } : record;
