import './support/quietFunctions';
import type { MailboxState } from '../../src/core/mailbox/mailboxState';
import type { Outcome } from '../../src/core/upload/machine/outcome';
import type { UploadEnd } from '../../src/core/upload/record';
import { parseLiveStatus } from '../../src/core/upload/resource';
import { Begun, EndInput, eventNames, orchestratorNames, StepInput, WakeInput } from '../../src/orchestrators/contract';
import { attachFile } from '../../src/orchestrators/attachFile';
import { mailboxPacer } from '../../src/orchestrators/mailboxPacer';
import { begunUpload } from './support/begunUpload';
import { Activity, MemoryHost } from './support/memoryHost';
import { VirtualClock } from './support/virtualClock';

const minute = 60_000;
const startedAt = Date.parse('2026-11-22T09:00:00Z');
const totalBytes = 8;

/** Uploads of two ranges to one mailbox. Until then (ms after the beginning) the ranges of some meet an incident. */
class Mailbox {
  readonly clock = new VirtualClock(startedAt);
  readonly ends = new Map<string, UploadEnd>();
  readonly calls: { readonly id: string; readonly name: string; readonly atMs: number }[] = [];
  readonly host: MemoryHost;

  constructor(private readonly incidentUntilMs: (id: string) => number) {
    this.host = new MemoryHost({
      clock: this.clock,
      orchestrators: { attachFile },
      activities: this.activities(),
      entity: mailboxPacer,
    });
  }

  /** Uploads whose ids end alike have one name. */
  start(...ids: readonly string[]): Promise<unknown> {
    return Promise.all(ids.map((id) => this.host.start(orchestratorNames.attachFile, id, { id })));
  }

  until(what: () => boolean, atMs = 24 * 60 * minute): Promise<void> {
    return this.clock.until(what, startedAt + atMs);
  }

  get nowMs(): number {
    return this.clock.now - startedAt;
  }

  get state(): MailboxState {
    return JSON.parse(this.host.entities.states.get('@mailboxpacer@mailbox') ?? '{}') as MailboxState;
  }

  shown(id: string): unknown {
    const live = parseLiveStatus(this.host.instances.get(id)?.customStatus);
    return live?.waitingFor ?? live?.status;
  }

  private activities(): Record<string, Activity> {
    const says =
      (say: (input: StepInput) => Outcome): Activity =>
      async (input, run) => {
        const asked = input as StepInput;
        this.calls.push({ id: asked.request.id, name: asked.step.do, atMs: this.nowMs });
        await run.wait(50);
        return say(asked);
      };
    const always = (said: Outcome): Activity => says(() => said);
    return {
      beginUpload: (input) => Promise.resolve(begun((input as { id: string }).id)),
      lookBefore: always({ kind: 'baseline' }),
      createUploadSession: always({
        kind: 'opened',
        session: { sealedUrl: 'sealed', expiresAt: startedAt + 23 * 60 * minute },
      }),
      cancelUploadSession: always({ kind: 'cancelled' }),
      uploadRange: says(({ step, request }) => {
        if (this.nowMs < this.incidentUntilMs(request.id)) return { kind: 'incident' };
        return step.do === 'uploadRange' && step.isLast
          ? { kind: 'completed', attachmentId: request.id }
          : { kind: 'accepted' };
      }),
      verifyAttachment: always({ kind: 'verified', sha256: 'same' }),
      endUpload: (input) => {
        const { id, end } = input as EndInput;
        this.ends.set(id, end);
        return Promise.resolve('ended');
      },
      wakeUploads: async (input) => {
        for (const id of (input as WakeInput).ids) await this.host.raise(id, eventNames.admitted, null);
      },
    };
  }
}

function begun(id: string): Begun {
  const policy = { rangeSizeBytes: 4, smallAttachmentLimitBytes: 1, settleMs: minute, deadlineMs: 24 * 60 * minute };
  const nameKey = id.slice(id.indexOf('-') + 1);
  return begunUpload({ id, way: 'session', totalBytes, postBytes: 100, policy, startedAt, nameKey });
}

const ids = (places: MailboxState['active'] | undefined): string[] => (places ?? []).map(({ uploadId }) => uploadId);

it('four uploads that wait for an incident rest, and a fifth goes through meanwhile', async () => {
  const four = ['a-1', 'b-2', 'c-3', 'd-4'];
  const mailbox = new Mailbox((id) => (four.includes(id) ? 40 * minute : 0));
  await mailbox.start(...four);
  await mailbox.until(() => mailbox.state.resting?.length === 4);
  expect(mailbox.state).toMatchObject({ active: [], waiting: [] });
  await mailbox.until(() => false, mailbox.nowMs + 1000);
  expect(four.map((id) => mailbox.shown(id))).toEqual(four.map(() => 'incident'));
  const from = mailbox.nowMs;
  await mailbox.start('e-5');
  await mailbox.until(() => mailbox.ends.has('e-5'));
  expect(mailbox.nowMs - from).toBeLessThan(3_000);
  expect(four.map((id) => mailbox.shown(id))).toEqual(four.map(() => 'incident'));

  await mailbox.until(() => mailbox.ends.size === 5);
  expect([...mailbox.ends.values()].map(({ status }) => status)).toEqual(Array(5).fill('succeeded'));
  expect(mailbox.nowMs).toBeLessThan(60 * minute);
  expect(mailbox.state).toMatchObject({ active: [], waiting: [], resting: [] });
});

it('of two uploads of one name the second waits while the first rests', async () => {
  const mailbox = new Mailbox((id) => (id === 'a-1' ? 50 * minute : 0));
  await mailbox.start('a-1');
  await mailbox.until(() => mailbox.state.resting?.length === 1);
  await mailbox.start('b-1');
  await mailbox.until(() => mailbox.ends.size > 0);
  const second = mailbox.calls.find(({ id }) => id === 'b-1');
  expect([[...mailbox.ends.keys()], second]).toEqual([['a-1'], undefined]);
  expect(mailbox.nowMs).toBeGreaterThan(50 * minute);
  await mailbox.until(() => mailbox.ends.size === 2);
  expect(mailbox.ends.get('b-1')?.status).toBe('succeeded');
});

it('a cancel ends the rest at once, and nothing of it stays in the mailbox', async () => {
  const mailbox = new Mailbox(() => 10 * 60 * minute);
  await mailbox.start('a-1');
  await mailbox.until(() => mailbox.state.resting?.length === 1);
  const from = mailbox.nowMs;
  await mailbox.host.raise('a-1', eventNames.cancelRequested, null);
  await mailbox.until(() => mailbox.ends.has('a-1'));
  expect([mailbox.ends.get('a-1')?.status, mailbox.nowMs - from < 2000]).toEqual(['cancelled', true]);
  expect([ids(mailbox.state.active), ids(mailbox.state.resting)]).toEqual([[], []]);
});

it('an upload that the platform lost while it rests frees its name when the lease ends', async () => {
  const mailbox = new Mailbox((id) => (id === 'a-1' ? 10 * 60 * minute : 0));
  await mailbox.start('a-1');
  await mailbox.until(() => mailbox.state.resting?.length === 1);
  const from = mailbox.nowMs;
  mailbox.host.lose('a-1', 'Terminated');
  await mailbox.start('b-1');
  await mailbox.until(() => mailbox.ends.has('b-1'));
  expect(mailbox.nowMs - from).toBeGreaterThan(44 * minute);
  expect(mailbox.nowMs - from).toBeLessThan(55 * minute);
});
