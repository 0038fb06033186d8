import type { Outcome, StepKind } from '../../../../src/core/delivery/machine/progress';
import { aPlan, drafted, ended, hour, item, listed, onEvent, onItem, refused, Said, walk, whole } from './walk';

const unclear: Said = { kind: 'unclear' };
const unsent: Said = { kind: 'unsent', isOpen: false };
const open: Said = { kind: 'unsent', isOpen: true };
const active: Said = { kind: 'uploadActive', isBegun: true };
const uploadsEnded: Outcome = { kind: 'uploadsEnded', removable: [{ id: 'u1', name: 'u1.pdf' }], fixed: [] };
const nothing: Outcome = { kind: 'uploadsEnded', removable: [], fixed: [] };

describe('the way of a delivery', () => {
  it.each<[string, Said[], StepKind]>([
    ['begins with the draft', [], 'createDraft'],
    ['looks for a draft whose making got no answer', [unclear], 'findDraft'],
    ['starts the first file', [drafted], 'startUpload'],
    ['then looks at its record', [drafted, { kind: 'started' }], 'checkUpload'],
    ['starts the next one when it has ended', [drafted, { kind: 'started' }, ended('u1')], 'startUpload'],
    ['lists the files when all are attached', [drafted, ended('u1'), ended('u2')], 'listFiles'],
    ['sends when all are there', [...whole], 'sendMessage'],
    ['looks after a send without an answer', [...whole, unclear], 'findSent'],
    ['settles the uploads before it takes anything back', [drafted, ended('u1'), refused], 'settleUploads'],
  ])('%s', (_what, said, next) => {
    expect(walk(aPlan, said).step.do).toBe(next);
  });

  it('reads an item that is there before the first byte, and marks it before it sends it', () => {
    const { done, step } = walk(onItem, [item, ended('u1'), ended('u2'), { kind: 'marked' }, listed]);
    expect([...done, step.do]).toEqual([
      'readItem', 'startUpload', 'startUpload', 'markDraft', 'listFiles', 'sendMessage',
    ]); // prettier-ignore
  });

  it('marks a reply as soon as it is made', () => {
    const reply = walk({ ...aPlan, makes: 'reply' }, [{ kind: 'drafted', item: 'x', isMarked: false }]);
    expect(reply.step.do).toBe('markDraft');
    expect(reply.hears({ kind: 'marked' }).step.do).toBe('startUpload');
  });

  it('sends nothing that it is not asked to', () => {
    const { end } = walk({ ...aPlan, announces: null }, [drafted, ended('u1'), ended('u2')]);
    expect(end).toMatchObject({ status: 'succeeded', sent: false, item: 'x' });
  });

  it('tells the attendees of an event once, when all files are there', () => {
    const told = walk(onEvent, [item, ended('u1'), ended('u2'), listed]);
    expect(told.step.do).toBe('notifyAttendees');
    told.hears({ kind: 'unclear', isAnswered: true });
    expect(told.step.do).toBe('findNotified');
    expect(told.hears({ kind: 'sent', at: 1 }).end).toMatchObject({ status: 'succeeded', sent: true });
  });
});

describe('what is refused before the first byte', () => {
  it.each([
    ['notADraft', 'NotADraft'],
    ['noRecipients', 'InvalidRequest'],
    ['notOrganizer', 'InvalidRequest'],
  ] as const)('%s', (fault, code) => {
    const refusal = walk(onItem, [{ kind: 'item', heldBytes: 0, fault }, nothing]);
    expect(refusal.end).toMatchObject({ status: 'failed', sent: false, error: { code } });
    expect(refusal.done).toEqual(['readItem', 'settleUploads']);
  });

  it('a message above 150 MB, with what the draft holds already', () => {
    const plan = { ...onItem, filesBytes: 100 * 1024 * 1024 };
    const refusal = walk(plan, [{ kind: 'item', heldBytes: 51 * 1024 * 1024 }, nothing]);
    expect(refusal.end.error).toMatchObject({ code: 'MessageSizeExceeded' });
    expect(walk({ ...aPlan, filesBytes: 151 * 1024 * 1024 }, [nothing]).end.error?.code).toBe('MessageSizeExceeded');
  });

  it('no more than a warning above the limit of the tenant', () => {
    const warned = walk({ ...onItem, filesBytes: 36_000_000 }, [{ kind: 'item', heldBytes: 1_000_000 }]);
    expect(warned.step.do).toBe('startUpload');
    expect(warned.progress.story.warnings.map(({ code }) => code)).toEqual(['MayExceedMessageLimit']);
  });

  it('an item that is not found for two minutes, not for one', () => {
    const lagging = walk(onItem);
    for (const from = lagging.now; lagging.now - from < 100_000;) lagging.hears({ kind: 'itemNotFound' });
    expect(lagging.step.do).toBe('readItem');
    expect(lagging.until({ kind: 'itemNotFound' }).hears(nothing).end.error?.code).toBe('ItemNotFound');
  });
});

describe('a draft', () => {
  it('is made again only when it was not found for the settle time', () => {
    const again = walk(aPlan, [unclear]);
    const from = again.now;
    again.until({ kind: 'absent' });
    expect(again.step.do).toBe('createDraft');
    expect(again.now - from).toBeGreaterThanOrEqual(aPlan.settleMs);
  });

  it('is not asked for more than five times without an answer', () => {
    const lost = walk(aPlan);
    while (!lost.progress.undoing) lost.hears(lost.step.do === 'findDraft' ? { kind: 'absent' } : unclear);
    expect(lost.done.filter((step) => step === 'createDraft')).toHaveLength(5);
    expect(lost.hears(nothing).hears({ kind: 'swept', leftBehind: [] }).end.error?.code).toBe('ServiceUnavailable');
  });

  it('that a lost create may have left is looked for at the end', () => {
    const two = walk(aPlan, [unclear])
      .until({ kind: 'absent' })
      .all([...whole, { kind: 'sent', at: 1 }]);
    expect(two.step).toMatchObject({ do: 'deleteExtraDrafts', keepsOurs: true });
    const { end } = two.hears({ kind: 'swept', leftBehind: ['perhaps draft y'] });
    expect(end).toMatchObject({ status: 'succeeded', sent: true });
    expect(end.warnings).toEqual([expect.objectContaining({ code: 'LeftBehind' })]);
  });

  it('goes without a mark in a mailbox that takes none', () => {
    const bare = walk(aPlan, [{ kind: 'noMark' }]);
    expect(bare.step).toMatchObject({ do: 'createDraft', isMarked: false });
    bare.all([{ kind: 'drafted', item: 'x', isMarked: false }, ended('u1'), ended('u2'), listed]);
    expect(bare.step.do).toBe('sendMessage');
    expect(bare.progress.story.warnings.map(({ code }) => code)).toEqual(['NotMarked']);
  });

  it('that is still not seen after minutes is waited for: it was made a moment ago', () => {
    const young = walk(aPlan, [drafted, ended('u1'), ended('u2')]);
    for (const from = young.now; young.now - from < 4 * 60_000;) young.hears({ kind: 'itemNotFound' });
    expect(young.step.do).toBe('listFiles');
  });
});

describe('a file', () => {
  it('is looked at when its upload nudges, or after 20 s, a minute, then every five', () => {
    const slow = walk(aPlan, [drafted, { kind: 'started' }]);
    const waits = [0, 1, 2, 3].map(() => {
      const waitMs = slow.step.notBefore - slow.now;
      slow.hears(active);
      return waitMs / 1000;
    });
    expect(waits).toEqual([20, 60, 300, 300]);
  });

  it('is started again where nobody has begun it', () => {
    expect(walk(aPlan, [drafted, { kind: 'started' }, { kind: 'uploadActive', isBegun: false }]).step.do).toBe('checkUpload'); // prettier-ignore
    const idle: Said = { kind: 'uploadActive', isBegun: false };
    expect(walk(aPlan, [drafted, { kind: 'started' }, idle, idle]).step.do).toBe('startUpload');
  });

  it('that failed ends the delivery with its reason and its name', () => {
    const problem = { code: 'AccessDenied', detail: 'No.' } as const;
    const failed = walk(onItem, [item, ended('u1'), ended('u2', { status: 'failed', problem })]);
    failed.all([uploadsEnded, { kind: 'removed' }]);
    expect(failed.end.error).toMatchObject({
      code: 'AccessDenied',
      detail: expect.stringContaining('u2.pdf') as string,
    });
    expect(failed.done.slice(-2)).toEqual(['settleUploads', 'takeBack']);
  });

  it.each([
    ['preferred', 'receipts', 'receipts', 'send', undefined],
    ['preferred', 'receipts', 'none', 'send', 'VerificationFailed'],
    ['preferred', 'receipts', 'none', null, undefined],
    ['required', 'bytes', 'receipts', 'send', 'VerificationFailed'],
    ['required', 'bytes', 'receipts', null, 'VerificationFailed'],
  ] as const)('verify %s (%s), proven by %s, then %s: %s', (_verify, proof, seen, announces, code) => {
    const { progress } = walk({ ...aPlan, proof, announces }, [drafted, ended('u1', { proof: seen })]);
    expect(typeof progress.undoing === 'object' ? progress.undoing.code : undefined).toBe(code);
    if (!code) expect(progress.story.warnings.map((one) => one.code)).toEqual(['NotVerified']);
  });

  it('that is missing in the list is waited for, then nothing is sent', () => {
    const missing = walk(aPlan, [drafted, ended('u1'), ended('u2')]);
    const from = missing.now;
    missing.until({ kind: 'listed', missing: ['u1.pdf'] });
    expect(missing.now - from).toBeGreaterThanOrEqual(5 * aPlan.settleMs);
    expect(missing.done).not.toContain('sendMessage');
    expect(missing.all([nothing, { kind: 'removed' }]).end).toMatchObject({
      sent: false,
      error: { code: 'VerificationFailed', detail: expect.stringContaining('u1.pdf') as string },
    });
  });
});

describe('a send', () => {
  const errors: Said[] = [
    { kind: 'throttled', retryAfterMs: 2000 },
    { kind: 'unclear', isAnswered: true },
    { kind: 'itemNotFound' },
    { kind: 'crashed' },
  ];
  it.each(errors.map((said) => [said.kind, said] as const))(
    'that came to %s is repeated when the message is still a draft after the settle time, and all files are there',
    (_kind, said) => {
      const sending = walk(aPlan, [...whole, said]);
      const from = sending.now;
      sending.until(unsent);
      expect(sending.now - from).toBeGreaterThanOrEqual(aPlan.settleMs);
      expect(sending.step.do).toBe('listFiles');
      expect(sending.hears(listed).step.do).toBe('sendMessage');
    },
  );

  it.each(errors.map((said) => [said.kind, said] as const))(
    'that came to %s is not repeated when it was sent',
    (_kind, said) => {
      const { end } = walk(aPlan, [...whole, said, unsent, { kind: 'sent', at: 7 }]);
      expect(end).toMatchObject({ status: 'succeeded', sent: true, sentAt: 7 });
    },
  );

  it('whose answer was lost is never repeated', () => {
    const lost = walk(aPlan, [...whole, unclear]).until(open);
    expect(lost.end).toMatchObject({ status: 'failed', sent: null, item: 'x', error: { code: 'OutcomeUnknown' } });
    expect(lost.done.filter((step) => step === 'sendMessage')).toHaveLength(1);
  });

  it.each([unclear, { kind: 'crashed' } as const])('that came to %j is repeated where no request was begun', (said) => {
    expect(walk(aPlan, [...whole, said]).until(unsent).step.do).toBe('listFiles');
  });

  it('that crashed on its way is never repeated', () => {
    expect(walk(aPlan, [...whole, { kind: 'crashed' }]).until(open).end.sent).toBeNull();
  });

  it('of a message that is nowhere stays unknown after five settle times', () => {
    const gone = walk(aPlan, [...whole, { kind: 'unclear', isAnswered: true }]);
    const from = gone.now;
    expect(gone.until({ kind: 'gone' }).end.sent).toBeNull();
    expect(gone.now - from).toBeGreaterThanOrEqual(5 * aPlan.settleMs);
  });

  it('that was refused is looked into before its draft is deleted', () => {
    const denied = walk(aPlan, [...whole, refused]);
    expect(denied.step.do).toBe('findSent');
    denied.until(unsent).all([nothing, { kind: 'removed' }]);
    expect(denied.end).toMatchObject({ status: 'failed', sent: false, item: null, error: { code: 'AccessDenied' } });
    expect(denied.done).toContain('deleteDraft');
  });

  it('above the limit of the day keeps its draft, whatever onFailure says', () => {
    const limit: Said = { kind: 'refused', problem: { code: 'SendLimitExceeded', detail: 'Tomorrow.' } };
    const kept = walk(aPlan, [...whole, limit])
      .until(unsent)
      .hears(uploadsEnded);
    expect(kept.end).toMatchObject({ status: 'failed', sent: false, item: 'x', error: { code: 'SendLimitExceeded' } });
  });

  it('of a message that somebody has sent meanwhile is not begun, and what is on it stays', () => {
    const others: Said = { kind: 'noDraft', isSendBegun: false };
    const sent = walk(onItem, [item, ended('u1'), ended('u2'), { kind: 'marked' }, others, uploadsEnded]);
    sent.hears({ kind: 'sentByOthers' });
    expect(sent.done).not.toContain('sendMessage');
    expect(sent.end).toMatchObject({ status: 'failed', sent: false, error: { code: 'NotADraft' } });
    expect(sent.end.error!.leftBehind).toEqual([expect.stringContaining('which somebody has sent meanwhile')]);
  });

  it('that was refused once, of a message that is no draft any more, is looked for', () => {
    const late = walk(aPlan, [...whole, { kind: 'throttled' }]).until(unsent);
    expect(late.hears({ kind: 'noDraft', isSendBegun: true }).step.do).toBe('findSent');
    expect(late.hears({ kind: 'sent', at: 7 }).end).toMatchObject({ status: 'succeeded', sent: true });
  });

  it('that somebody else did is none of ours, whatever was answered to ours', () => {
    const denied = walk(aPlan, [...whole, refused, { kind: 'sentByOthers' }, nothing, { kind: 'sentByOthers' }]);
    expect(denied.end).toMatchObject({ status: 'failed', sent: false, item: 'x', error: { code: 'NotADraft' } });
  });

  it('of what another delivery sends is not begun', () => {
    const problem = { code: 'NotFinished', detail: 'Another one.' } as const;
    expect(walk(aPlan, [...whole, { kind: 'notOurs', problem }]).progress.undoing).toEqual(problem);
  });

  it('that was not begun is preceded by another list', () => {
    expect(walk(aPlan, [...whole, { kind: 'notDone' }]).step.do).toBe('listFiles');
  });

  it('is still looked for after the deadline, eight times', () => {
    const late = walk(aPlan, [...whole, unclear]);
    late.now = aPlan.deadlineAt;
    expect(late.until({ kind: 'throttled' }).end.sent).toBeNull();
    expect(late.done.filter((step) => step === 'findSent')).toHaveLength(8);
  });
});

describe('the way back', () => {
  const cancel: Said = { kind: 'cancelRequested' };

  it('a cancel while it attaches deletes the draft', () => {
    const cancelled = walk(aPlan, [drafted, { kind: 'started' }, cancel, { kind: 'uploadsActive' }, nothing]);
    expect(cancelled.step.do).toBe('deleteDraft');
    expect(cancelled.hears({ kind: 'removed' }).end).toMatchObject({ status: 'cancelled', sent: false, item: null });
  });

  it('a cancel during an open send takes back only what is proven to be unsent', () => {
    const looking = walk(aPlan, [...whole, { kind: 'throttled' }, cancel]);
    expect(looking.step.do).toBe('findSent');
    expect(looking.until(unsent).step.do).toBe('settleUploads');
    const sent = walk(aPlan, [...whole, { kind: 'throttled' }, cancel, { kind: 'sent', at: 5 }]);
    expect(sent.end).toMatchObject({ status: 'succeeded', sent: true });
    expect(sent.end.warnings?.map(({ code }) => code)).toEqual(['CancelledTooLate']);
  });

  it('a cancel while it looks for its draft deletes what it finds', () => {
    const found = walk(aPlan, [unclear, cancel, drafted, nothing, { kind: 'removed' }]);
    expect(found.end.status).toBe('cancelled');
    expect(found.done).toContain('deleteDraft');
  });

  it('tells a cancel that could not remove everything as a failure', () => {
    const fixed: Outcome = { kind: 'uploadsEnded', removable: [], fixed: ['a.pdf'] };
    expect(walk(onItem, [item, ended('u1'), cancel, fixed]).end).toMatchObject({
      status: 'failed',
      error: { code: 'ServiceUnavailable', leftBehind: ['attachment a.pdf'] },
    });
  });

  it('tells what it could not take back beside the first cause, after eight tries within hours', () => {
    const stuck = walk(onItem, [item, ended('u1'), refused, uploadsEnded]);
    const from = stuck.now;
    expect(stuck.until(unclear).end.error).toMatchObject({ code: 'AccessDenied', leftBehind: ['attachment u1.pdf'] });
    expect(stuck.done.filter((step) => step === 'takeBack')).toHaveLength(8);
    expect(stuck.now - from).toBeGreaterThan(30 * 60_000);
  });

  it('keeps what is attached if asked to', () => {
    const kept = walk({ ...onItem, keepOnFailure: true }, [item, ended('u1'), refused, uploadsEnded]);
    expect(kept.end.status).toBe('failed');
    expect(kept.done).not.toContain('takeBack');
  });

  it('leaves a draft that somebody has sent meanwhile, and says so', () => {
    const sent = walk(aPlan, [drafted, refused, nothing, { kind: 'sentByOthers' }]);
    expect(sent.end.error?.leftBehind).toEqual([expect.stringContaining('message x')]);
  });

  it('a deadline that would pass while it waits ends the wait now', () => {
    const day: Said = { kind: 'throttled', retryAfterMs: 24 * hour };
    const waiting = walk(aPlan, [drafted, ended('u1'), ended('u2'), day]);
    expect(waiting.progress.undoing).toMatchObject({ code: 'DeadlineExceeded' });
    expect([waiting.step.do, waiting.step.notBefore]).toEqual(['settleUploads', waiting.now]);
  });

  it('crashes for half an hour are a fault of ours, those of some minutes are an outage', () => {
    const broken = walk(aPlan, [drafted]);
    const since = broken.now;
    broken.until({ kind: 'crashed' });
    expect(broken.progress.undoing).toMatchObject({ code: 'Internal' });
    expect(broken.now - since).toBeGreaterThan(hour / 2);
    expect(broken.now - since).toBeLessThan(hour);
  });

  it('crashes between which a step was answered are none in a row', () => {
    const shaken = walk(aPlan, [drafted]);
    for (let n = 0; n < 30; n++) shaken.hears({ kind: 'crashed' }).hears({ kind: 'storageDown' });
    expect([shaken.step.do, shaken.progress.undoing]).toEqual(['startUpload', undefined]);
  });
});
