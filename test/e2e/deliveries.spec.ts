import { randomBytes } from 'node:crypto';
import { startApp, TestApp } from '../support/app';
import { sha256 } from '../local/outlook/standIn';

interface Upload {
  readonly id: string;
  readonly status: string;
  readonly item: string | null;
  readonly delivery: string;
  readonly progress: { bytesSent: number };
  readonly warnings: { code: string }[];
}
interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly item: string | null;
  readonly sent: boolean | null;
  readonly sentAt?: string;
  readonly uploads: readonly Upload[];
  readonly error?: { code: string; leftBehind?: string[] };
}
interface HeldMessage {
  readonly id: string;
  readonly immutableId: string;
  readonly isDraft: boolean;
  readonly sends: number;
  readonly props: { subject?: string };
}

const mailbox = 'users/megan@contoso.com';
const toRecipients = [{ emailAddress: { address: 'alex@contoso.com' } }];
const sizes = { 'one.bin': 5_000, 'two.bin': 5_000_000, 'three.bin': 70_000 };

describe('deliveries, end to end', () => {
  let app: TestApp;
  const bytes = new Map<string, Buffer>();
  beforeAll(async () => {
    app = await startApp({ settings: { SETTLE_SECONDS: '3', RANGE_SIZE: '327680' } }); // two.bin: 16 ranges
    for (const [name, size] of Object.entries(sizes)) {
      bytes.set(name, randomBytes(size));
      await app.putBlob('uploads', name, bytes.get(name)!);
    }
  });
  afterEach(async () => {
    await app.expectFaultsConsumed();
    await app.expectNoViolations();
    await app.outlook.configure({ latencyMs: { put: 0, send: 0 }, sendMovesAfterMs: 250 });
  });

  const attachments = Object.keys(sizes).map((name) => ({ blob: `uploads/${name}` }));
  const post = async (request: Record<string, unknown>, headers?: Record<string, string>): Promise<Delivery> => {
    const { status, body } = await app.call<Delivery>('POST', '/api/deliveries', { attachments, ...request }, headers);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body;
  };
  const until = async (id: string, enough: (now: Delivery) => boolean): Promise<Delivery> => {
    const giveUpAt = Date.now() + 150_000;
    for (let headers = {}, last = ''; ;) {
      const answer = await app.call<Delivery>('GET', `/api/deliveries/${id}`, undefined, headers);
      if (answer.status === 200 && enough(answer.body)) return answer.body;
      if (answer.status === 200) last = JSON.stringify(answer.body);
      if (Date.now() > giveUpAt) throw new Error(`It never came: ${last}`);
      headers = { Prefer: 'wait=10', 'If-None-Match': answer.headers.get('etag') ?? '' };
    }
  };
  const untilFinal = (id: string): Promise<Delivery> =>
    until(id, ({ status }) => ['succeeded', 'failed', 'cancelled'].includes(status));
  const messagesOf = async (subject: string): Promise<HeldMessage[]> =>
    ((await app.outlook.items()) as unknown as HeldMessage[]).filter(({ props }) => props.subject === subject);
  const newDraft = (subject: string) => ({ mailbox, message: { subject, toRecipients }, send: true });
  /** A draft that was there before. */
  const theirDraft = async (subject: string): Promise<string> => {
    const item = await app.outlook.createItem(`${mailbox}/messages`);
    const headers = { Authorization: 'Bearer local', 'content-type': 'application/json' };
    const body = JSON.stringify({ subject, toRecipients });
    await fetch(`${app.graphUrl}/v1.0/${item}`, { method: 'PATCH', headers, body });
    return item;
  };
  /** The one message of that subject with all the files, each once and whole. */
  const expectWhole = async (subject: string): Promise<HeldMessage> => {
    const [message, ...more] = await messagesOf(subject);
    expect(more).toEqual([]);
    const held = await app.attachmentsOf(message!.immutableId);
    expect(held.map(({ name }) => name).sort()).toEqual(Object.keys(sizes).sort());
    for (const one of held) expect(one.sha256).toBe(sha256(bytes.get(one.name)!));
    return message!;
  };

  it('makes a draft, attaches three files, small and large, and sends it', async () => {
    const accepted = await post({ ...newDraft('three files'), reference: 'order 1' });
    expect(accepted).toMatchObject({ status: 'queued', item: null, sent: false });
    const done = await untilFinal(accepted.id);
    expect(done).toMatchObject({ status: 'succeeded', sent: true });
    expect(Date.parse(done.sentAt!)).not.toBeNaN();
    const message = await expectWhole('three files');
    expect([message.sends, done.item]).toEqual([1, `${mailbox}/messages/${message.immutableId}`]);
    expect(done.uploads.map(({ status, item }) => [status, item])).toEqual(Array(3).fill(['succeeded', done.item]));
    const listed = await app.call<{ value: Upload[] }>('GET', `/api/uploads?item=${encodeURIComponent(done.item!)}`);
    expect(listed.body.value.map(({ delivery }) => delivery)).toEqual(Array(3).fill(done.id));
  });

  it('gives a replayed call the same delivery, and sends once', async () => {
    const headers = { 'Idempotency-Key': 'replayed' };
    const [a, b] = await Promise.all([post(newDraft('replayed'), headers), post(newDraft('replayed'), headers)]);
    expect(a.id).toBe(b.id);
    await untilFinal(a.id);
    expect((await post(newDraft('replayed'), headers)).id).toBe(a.id);
    expect((await expectWhole('replayed')).sends).toBe(1);
  });

  it('sends a draft that was there, once, though the answer to the send is lost and the draft stays a while', async () => {
    const item = await theirDraft('lost answer');
    await app.outlook.configure({ sendMovesAfterMs: 1_500 });
    await app.faults({ on: { op: 'send' }, do: { resetAfter: true } });
    const done = await untilFinal((await post({ item, send: true })).id);
    expect(done).toMatchObject({ status: 'succeeded', sent: true, item });
    expect((await messagesOf('lost answer'))[0]).toMatchObject({ sends: 1, isDraft: false });
  });

  it('does not know whether it was sent when the draft stays where it is, and leaves everything', async () => {
    await app.outlook.configure({ sendMovesAfterMs: 3_600_000 });
    await app.faults({ on: { op: 'send' }, do: { resetAfter: true } });
    const done = await untilFinal((await post(newDraft('unknown'))).id);
    expect(done).toMatchObject({ status: 'failed', sent: null, error: { code: 'OutcomeUnknown' } });
    expect((await expectWhole('unknown')).sends).toBe(1);
  });

  it('sends once what was answered with an error although it was sent', async () => {
    await app.faults({ on: { op: 'send' }, do: { answerAfterCommit: { status: 429, code: 'ApplicationThrottled' } } });
    expect(await untilFinal((await post(newDraft('sent all the same'))).id)).toMatchObject({
      status: 'succeeded',
      sent: true,
    });
    expect((await expectWhole('sent all the same')).sends).toBe(1);
  });

  it('refuses a message that is no draft or has nobody to go to before the first byte', async () => {
    await app.outlook.configure({ sendMovesAfterMs: 0 });
    const item = await app.outlook.createItem(`${mailbox}/messages`);
    const nobody = await untilFinal((await post({ item, send: true })).id);
    expect(nobody).toMatchObject({ status: 'failed', sent: false, error: { code: 'InvalidRequest' } });
    expect(nobody.uploads.map(({ progress }) => progress.bytesSent)).toEqual([0, 0, 0]);
    const sent = (await untilFinal((await post(newDraft('sent before'))).id)).item!;
    const late = await untilFinal((await post({ item: sent, send: true })).id);
    expect(late).toMatchObject({ status: 'failed', sent: false, error: { code: 'NotADraft' } });
  });

  it('answers a message, and passes it on', async () => {
    const original = await theirDraft('Question');
    const reply = await untilFinal((await post({ reply: { to: original, comment: 'See there.' } })).id);
    expect(reply).toMatchObject({ status: 'succeeded', sent: false });
    await expectWhole('RE: Question');
    const to = toRecipients;
    const forward = await untilFinal((await post({ forward: { of: original, to }, send: true })).id);
    expect(forward).toMatchObject({ status: 'succeeded', sent: true });
    expect((await expectWhole('FW: Question')).sends).toBe(1);
  });

  it.each([{}, { answerAfterCommit: { status: 503 } }, { resetAfter: true }])(
    'tells the attendees of an event once (%j)',
    async (what) => {
      const attendees = [{ emailAddress: { address: 'alex@contoso.com' }, type: 'required' }];
      const item = await app.outlook.createItem(`${mailbox}/events`, { props: { subject: 'Planning', attendees } });
      if (Object.keys(what).length > 0) await app.faults({ on: { op: 'updateItem', item }, do: what });
      const done = await untilFinal((await post({ item, notifyAttendees: true })).id);
      expect(done).toMatchObject({ status: 'succeeded', sent: true });
      const held = (await app.outlook.items()) as unknown as {
        id: string;
        immutableId: string;
        notified?: { attachments: string[] }[];
      }[];
      const event = held.find(({ id, immutableId }) => item.endsWith(id) || item.endsWith(immutableId))!;
      expect(event.notified?.map(({ attachments: names }) => names.length)).toEqual([3]);
    },
  );

  it('finds its draft again when the answer to its making is lost', async () => {
    await app.faults({ on: { op: 'createMessage' }, do: { resetAfter: true } });
    expect(await untilFinal((await post(newDraft('lost draft'))).id)).toMatchObject({
      status: 'succeeded',
      sent: true,
    });
    await expectWhole('lost draft');
  });

  it.each(['remove', 'keep'])('sends nothing when the third file fails (%s)', async (onFailure) => {
    const subject = `third fails, ${onFailure}`;
    const denied = { answer: { status: 403, code: 'ErrorAccessDenied' } };
    await app.faults({ on: { op: 'postAttachment', name: 'three.bin' }, do: denied });
    const done = await untilFinal((await post({ ...newDraft(subject), onFailure })).id);
    expect(done).toMatchObject({ status: 'failed', sent: false, error: { code: 'AccessDenied' } });
    expect(done.uploads.map(({ status }) => status)).toEqual(['succeeded', 'succeeded', 'failed']);
    const [message] = await messagesOf(subject);
    if (onFailure === 'remove') {
      expect([message, done.item]).toEqual([undefined, null]);
      expect(done.uploads[0]!.warnings.map(({ code }) => code)).toEqual(['RemovedAgain']);
    } else {
      expect(message).toMatchObject({ sends: 0, isDraft: true });
      expect(await app.attachmentsOf(message!.immutableId)).toHaveLength(2);
    }
  });

  it('is cancelled while a large file is on its way; one of its uploads alone is not', async () => {
    await app.outlook.configure({ latencyMs: { put: 1_500 } }); // each of 16: all of what follows comes meanwhile
    const item = await theirDraft('cancelled');
    const { id } = await post({ item, send: true });
    const running = await until(id, ({ uploads }) => uploads[1]!.status === 'running');
    const refused = await app.call<{ code: string }>('DELETE', `/api/uploads/${running.uploads[1]!.id}`);
    expect([refused.status, refused.body.code]).toEqual([409, 'NotFinished']);
    const answer = await app.call<Delivery>('DELETE', `/api/deliveries/${id}`);
    expect([answer.status, answer.body.status]).toEqual([202, 'cancelling']);
    const done = await untilFinal(id);
    expect(done).toMatchObject({ status: 'cancelled', sent: false, item });
    expect(done.uploads.map(({ status }) => status)).toEqual(['succeeded', 'cancelled', 'cancelled']);
    expect(await app.attachmentsOf(item)).toEqual([]);
    expect((await app.call('DELETE', `/api/deliveries/${id}`)).status).toBe(200);
  });

  it('goes on after the host was killed in the middle: all files once, sent once', async () => {
    await app.outlook.configure({ latencyMs: { put: 800 } });
    const { id } = await post(newDraft('killed'));
    await until(id, ({ uploads }) => uploads[1]!.progress.bytesSent > 0); // a session whose URL reached us
    await app.kill9();
    await app.outlook.configure({ latencyMs: { put: 0 } });
    await app.restart();
    expect(await untilFinal(id)).toMatchObject({ status: 'succeeded', sent: true });
    expect((await expectWhole('killed')).sends).toBe(1);
  });

  it('sends once though the host is killed while the send is under way', async () => {
    await app.outlook.configure({ latencyMs: { send: 1_500 } });
    const { id } = await post(newDraft('killed sending'));
    await until(id, (now) => JSON.stringify(now).includes('"event":"sending"'));
    await app.kill9();
    await app.restart();
    const done = await untilFinal(id);
    const message = await expectWhole('killed sending');
    expect(message.sends).toBeLessThanOrEqual(1);
    expect([done.sent, message.sends]).toEqual(message.sends === 1 && done.sent ? [true, 1] : [null, message.sends]);
  });
});
