import { callbackGivenUp } from '../../src/core/callback/log';
import { newCallback } from '../../src/core/callback/callback';
import { logKeys, printLine } from '../../src/core/job/log';
import type { SeenProblem } from '../../src/core/job/story';
import { isRepetition, stepLine, uploadAccepted, uploadEnded, uploadWaits, waitOf } from '../../src/core/upload/log';
import type { SavedProgress } from '../../src/core/upload/checkpoint';
import type { Outcome, Step } from '../../src/core/upload/machine/progress';
import type { UploadEnd } from '../../src/core/upload/record';
import { activeRecord, ended, idSource, sampleRequest, startOfTime } from '../functions/support/sampleRecord';

const id = idSource()();
const request = sampleRequest(id, { delivery: 'D1' });
const mailbox = 'ab12';
const seen: SeenProblem = {
  call: 'putRange',
  status: 503,
  code: 'ErrorServerBusy',
  serviceRequestId: 'ms-1',
  clientRequestId: 'our-1',
};
const range: Step = {
  no: 4,
  notBefore: 0,
  do: 'uploadRange',
  session: { sealedUrl: 'sealed', expiresAt: 0 },
  range: { start: 0, end: 9 },
  isLast: false,
  more: 0,
};
const at = (phase: SavedProgress['phase'], failed: number) =>
  ({ phase, tries: { failed, crashed: 0 } }) as unknown as SavedProgress;
const sending = at({ name: 'sending' }, 2);
const find: Step = { no: 5, notBefore: 0, do: 'findAttachment', isPatient: false };
const found: Outcome = { kind: 'found', id: 'a', name: 'b', sha256: null, proof: 'bytes', isRenamed: false };

describe('the log of an upload', () => {
  it('tells the acceptance and a wait with its reason', () => {
    const ofUpload = { uploadId: id, deliveryId: 'D1', mailbox };
    expect(uploadAccepted(request, mailbox)).toEqual({
      event: 'accepted',
      ...ofUpload,
      source: 'http',
      bytes: 12_582_912,
    });
    expect(uploadWaits(request, mailbox, 'mailbox')).toEqual({ event: 'waiting', ...ofUpload, reason: 'mailbox' });
  });

  it('tells that a step was throttled, for how long, and both request ids', () => {
    const said: Outcome = { kind: 'throttled', retryAfterMs: 30_000, seen };
    expect(stepLine(request, mailbox, { step: range, progress: sending }, said)).toEqual({
      event: 'throttled',
      uploadId: id,
      deliveryId: 'D1',
      mailbox,
      durationMs: 30_000,
      attempts: 3,
      call: 'putRange',
      status: 503,
      code: 'ErrorServerBusy',
      serviceRequestId: 'ms-1',
      clientRequestId: 'our-1',
    });
  });

  it.each<[Outcome['kind'], ReturnType<typeof waitOf>, string | undefined]>([
    ['unclear', 'retry', 'retried'],
    ['crashed', 'retry', 'retried'],
    ['notDone', 'retry', 'retried'],
    ['itemNotFound', 'retry', 'retried'],
    ['storageDown', 'storage', 'retried'],
    ['hostRefused', 'incident', 'retried'],
    ['sessionGone', undefined, 'retried'],
    ['wrongRange', undefined, 'retried'],
    ['throttled', 'throttled', 'throttled'],
    ['accepted', undefined, undefined],
    ['attached', undefined, undefined],
    ['sourceGone', undefined, undefined],
  ])('reads %s as a wait for %s and logs %s', (kind, reason, event) => {
    const said = { kind, seen } as unknown as Outcome;
    expect(waitOf(range, said)).toBe(reason);
    expect(stepLine(request, mailbox, { step: range, progress: undefined }, said)?.event).toBe(event);
    if (event === undefined) expect(isRepetition(said)).toBe(false);
  });

  it('tells that an unclear end became clear, and nothing of other searches', () => {
    const reconciling = at({ name: 'reconciling', since: 0 }, 1);
    expect(stepLine(request, mailbox, { step: find, progress: reconciling }, found)).toMatchObject({
      event: 'reconciled',
      reason: 'attached',
      attempts: 2,
    });
    const absent: Outcome = { kind: 'absent', lookalikes: [], isWhole: true };
    expect(stepLine(request, mailbox, { step: find, progress: reconciling }, absent)).toBeUndefined();
    const verifying = at({ name: 'verifying', id: null, at: 0, unread: 0 }, 0);
    expect(stepLine(request, mailbox, { step: find, progress: verifying }, found)).toBeUndefined();
  });

  it('tells each end with its duration, bytes and the last answer', () => {
    const record = activeRecord(id);
    expect(uploadEnded(record, mailbox)).toBeUndefined();
    const withEnd = (status: UploadEnd['status'], end: Partial<UploadEnd>) => {
      const done = ended({ ...record, facts: { commits: 2, sessions: [] } }, status, startOfTime + 5000);
      return uploadEnded({ ...done, end: { ...done.end!, ...end } }, mailbox);
    };
    const attachment = { id: 'A', location: null, sha256: 'x', verified: true, method: 'session' } as const;
    const lastProblem = { ...seen, attempts: 3, at: 0 };
    expect(withEnd('succeeded', { attachment, requestId: 'ms-9', lastProblem })).toEqual({
      event: 'succeeded',
      uploadId: id,
      mailbox,
      source: 'http',
      bytes: 12_582_912,
      durationMs: 5000,
      attempts: 2,
      method: 'session',
      verified: true,
      leftBehind: false,
      serviceRequestId: 'ms-9',
    });
    const error = { code: 'DeadlineExceeded', detail: 'long', leftBehind: ['a session'] } as const;
    expect(withEnd('failed', { error, lastProblem, bytesSent: 7 })).toMatchObject({
      event: 'failed',
      bytes: 7,
      code: 'DeadlineExceeded',
      call: 'putRange',
      status: 503,
      leftBehind: true,
      serviceRequestId: 'ms-1',
      clientRequestId: 'our-1',
    });
    const unknown = { code: 'OutcomeUnknown', detail: 'd' } as const;
    expect(withEnd('failed', { error: unknown })).toMatchObject({ event: 'unknown', code: 'OutcomeUnknown' });
    expect(withEnd('cancelled', {})).toMatchObject({ event: 'cancelled', leftBehind: false });
  });

  it('tells a callback that is given up', () => {
    const callback = { ...newCallback(id, 'delivery', 'sealed'), attempts: 10 };
    const answered = (status: number) =>
      callbackGivenUp({ ...callback, lastStatus: status }, { kind: 'answer', status });
    expect(answered(503)).toEqual({
      event: 'callbackGivenUp',
      deliveryId: id,
      attempts: 10,
      reason: 'status',
      status: 503,
    });
    expect(answered(410).reason).toBe('gone');
    expect(callbackGivenUp(callback, { kind: 'none' }).reason).toBe('noAnswer');
    expect(callbackGivenUp(callback, { kind: 'refused' }).reason).toBe('addressRefused');
  });
});

describe('a line', () => {
  it('is one JSON object that begins with its event, with known keys only', () => {
    const line = { bytes: 1, uploadId: id, event: 'accepted', fileName: 'q3.pdf' } as const;
    expect(printLine(line)).toBe(`{"event":"accepted","uploadId":"${id}","bytes":1}`);
    expect(new Set(logKeys).size).toBe(logKeys.length);
  });

  it('leaves out what is no id and no code, such as a URL, a token or a name', () => {
    const secrets = ['https://outlook.office.com/x?authtoken=ey', 'sv=2024&sig=abc%3D', 'megan@contoso.com', 'q3 plan'];
    for (const code of secrets) {
      expect(printLine({ event: 'failed', code, reason: code, serviceRequestId: code })).toBe('{"event":"failed"}');
    }
  });
});
