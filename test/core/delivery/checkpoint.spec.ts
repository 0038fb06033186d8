import { checkpointOf, resume, schema } from '../../../src/core/delivery/checkpoint';
import { decide } from '../../../src/core/delivery/machine/decide';
import type { Progress } from '../../../src/core/delivery/machine/progress';
import type { Facts } from '../../../src/core/delivery/record';
import type { Checkpoint } from '../../../src/core/job/record';
import { aPlan, drafted, ended, onItem, startedAt, walk, whole } from './machine/walk';

const none: Facts = { createsBegun: 0, sendsBegun: 0 };
const draft = { id: 'x', item: 'users/m/messages/x', isMarked: true };
const at = (progress: Progress) => JSON.parse(JSON.stringify(checkpointOf(progress))) as Checkpoint;
const later = startedAt + 60_000;

describe('a delivery is resumed', () => {
  it.each<[string, Facts, string]>([
    ['at its beginning', none, 'createDraft'],
    ['looking for a draft that may have been made', { ...none, createsBegun: 1 }, 'findDraft'],
    ['telling the uploads of the draft that was made', { ...none, createsBegun: 1, draft }, 'findDraft'],
    ['looking for a send that was begun', { ...none, createsBegun: 1, draft, sendsBegun: 1 }, 'findSent'],
    ['ending when it was sent', { ...none, createsBegun: 1, draft, sendsBegun: 1, sentAt: 5 }, 'end'],
    [
      'taking back what was being taken back',
      { ...none, createsBegun: 1, draft, closed: 'cancelled' },
      'settleUploads',
    ],
  ])('from facts alone: %s', (_what, facts, step) => {
    const [progress, next] = resume(aPlan, facts, undefined, false, later);
    expect(next.do).toBe(step);
    expect(progress.story.timeline.map(({ event }) => event)).toContain('resumed');
  });

  it('taking back what is to be cancelled', () => {
    expect(resume(aPlan, none, undefined, true, later)[1].do).toBe('settleUploads');
  });

  it('from facts alone it reads an item that is there again', () => {
    expect(resume(onItem, none, undefined, false, later)[1].do).toBe('readItem');
  });

  it('from a checkpoint with the step under way as if its answer was lost', () => {
    const { progress } = walk(aPlan, [drafted, ended('u1')]);
    const [resumed, step] = resume(aPlan, { ...none, createsBegun: 1, draft }, at(progress), false, later);
    expect([step.do, resumed.attached]).toEqual(['startUpload', 1]);
    expect(step.no).toBeGreaterThan(progress.asked.no);
  });

  it('from a checkpoint whose send was under way by looking for it', () => {
    const { progress } = walk(aPlan, whole);
    expect(progress.asked.do).toBe('sendMessage');
    expect(resume(aPlan, { ...none, createsBegun: 1, draft, sendsBegun: 1 }, at(progress), false, later)[1].do).toBe(
      'findSent',
    );
  });

  it('never from a checkpoint that is older than a send', () => {
    const { progress } = walk(aPlan, [drafted]);
    expect(resume(aPlan, { ...none, createsBegun: 1, draft, sendsBegun: 1 }, at(progress), false, later)[1].do).toBe(
      'findSent',
    );
  });

  it.each([true, false])('and a send that was begun is looked for, without an answer (%s)', (isOpen) => {
    const { progress } = walk(aPlan, whole);
    const facts = { ...none, createsBegun: 1, draft, sendsBegun: 1 };
    for (const checkpoint of [at(progress), undefined]) {
      let [resumed, step] = resume(aPlan, facts, checkpoint, false, later);
      for (let now = later; step.do === 'findSent'; now += 20_000) {
        [resumed, step] = decide(resumed, { kind: 'unsent', isOpen }, now);
      }
      expect(step.do === 'end' ? step.end.sent : step.do).toBe(
        isOpen ? null : checkpoint ? 'listFiles' : 'startUpload',
      );
    }
  });

  it('from facts where the checkpoint is of a later version', () => {
    const { progress } = walk(aPlan, [drafted, ended('u1')]);
    const checkpoint = { ...at(progress), schema: schema + 1 };
    expect(resume(aPlan, { ...none, createsBegun: 1, draft }, checkpoint, false, later)[1].do).toBe('findDraft');
  });
});
