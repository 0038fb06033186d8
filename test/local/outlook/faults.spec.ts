import { holdTimers, letPass, untilSo } from '../../support/heldTimers';
import { encoded, http, MiB, SEEDED, sha256, someBytes, standInForSuite, type Answer } from './standIn';

const suite = standInForSuite();
const bytes = someBytes(3 * MiB);
const half = bytes.length / 2;
const small = {
  '@odata.type': '#microsoft.graph.fileAttachment',
  name: 'a',
  contentBytes: Buffer.from('soup').toString('base64'),
};

const open = () => suite.it.openSession(SEEDED.draft, bytes.length);
const putFirst = (url: string) => suite.it.put(url, bytes.subarray(0, half), 0, bytes.length);
const putLast = (url: string) => suite.it.put(url, bytes.subarray(half), half, bytes.length);
const post = () => suite.it.graph('POST', `${SEEDED.draft}/attachments`, small);
const held = () => suite.it.list('attachments');
const wanted = async (url: string) => (await http('GET', url)).json.nextExpectedRanges;
const broken = (request: Promise<Answer>) => expect(request).rejects.toThrow(/ECONNRESET|hang up|aborted|Parse Error/);

afterEach(() => suite.it.faultsConsumed());

describe('a fault that commits nothing', () => {
  it.each([
    ['a status with headers', { status: 429, code: 'ApplicationThrottled', headers: { 'retry-after': '2.128' } }],
    ['HTML', { status: 503, raw: '<html>down</html>' }],
    ['an empty body', { status: 500 }],
    ['JSON of its own', { status: 502, body: { odd: true } }],
  ])('answers %s', async (_, scripted) => {
    await suite.it.faults({ on: { op: 'put' }, do: { answer: scripted } });
    const url = await open();
    const refused = await putFirst(url);
    expect(refused.status).toBe(scripted.status);
    if ('code' in scripted)
      expect([refused.json.error.code, refused.headers['retry-after']]).toEqual([scripted.code, '2.128']);
    if ('raw' in scripted) expect(refused.bytes.toString()).toBe(scripted.raw);
    if ('body' in scripted) expect(refused.json).toEqual(scripted.body);
    expect(await wanted(url)).toEqual(['0']);
    expect((await putFirst(url)).status).toBe(200);
  });

  it('resets before the commit', async () => {
    await suite.it.faults({ on: { op: 'postAttachment' }, do: { resetBefore: true } });
    await broken(post());
    expect(await held()).toEqual([]);
  });

  it('repeats the old offset', async () => {
    await suite.it.faults({ on: { op: 'put' }, times: 2, do: { repeatOffset: true } });
    const url = await open();
    for (let n = 0; n < 2; n++) expect((await putFirst(url)).json.nextExpectedRanges).toEqual(['0']);
    expect((await putFirst(url)).json.nextExpectedRanges).toEqual([String(half)]);
  });

  it('lets the session expire', async () => {
    await suite.it.faults({ on: { op: 'put', rangeIndex: 1 }, do: { expireNow: true } });
    const url = await open();
    await putFirst(url);
    expect((await putLast(url)).status).toBe(404);
    expect((await suite.it.list('sessions'))[0]!.state).toBe('expired');
  });
});

describe('a fault that commits', () => {
  it.each([{ resetAfter: true }, { halfAnswer: true }])('loses the reply to the last range: %j', async (effect) => {
    await suite.it.faults({ on: { op: 'putLast' }, do: effect });
    const url = await open();
    await putFirst(url);
    await broken(putLast(url));
    expect(await held()).toMatchObject([{ sha256: sha256(bytes) }]);
  });

  it('cuts a JSON body in half', async () => {
    await suite.it.faults({ on: { op: 'postAttachment' }, do: { halfAnswer: true } });
    await broken(post());
    expect(await held()).toHaveLength(1);
  });

  it('answers 504 after the commit', async () => {
    await suite.it.faults({ on: { op: 'createMessage' }, do: { answerAfterCommit: { status: 504 } } });
    const before = (await suite.it.list('items')).length;
    expect((await suite.it.graph('POST', 'me/messages', { subject: 'x' })).status).toBe(504);
    expect(await suite.it.list('items')).toHaveLength(before + 1);
  });

  it.each([
    ['a reset', { commitLaterMs: 5000 }],
    ['a 504', { commitLaterMs: 5000, answer: { status: 504 } }],
  ])('commits later, after %s', async (_, effect) => {
    await suite.it.faults({ on: { op: 'postAttachment' }, do: effect });
    if ('answer' in effect) expect((await post()).status).toBe(504);
    else await broken(post());
    suite.it.nowMs += 4999;
    expect(await held()).toEqual([]);
    suite.it.nowMs += 1;
    expect(await held()).toHaveLength(1);
  });

  it('attaches once when the last range is sent again before its late commit', async () => {
    await suite.it.faults({ on: { op: 'putLast' }, do: { commitLaterMs: 5000 } });
    const url = await open();
    await putFirst(url);
    await broken(putLast(url));
    expect((await putLast(url)).status).toBe(201);
    suite.it.nowMs += 5000;
    expect(await held()).toMatchObject([{ sha256: sha256(bytes) }]);
  });

  it('hides the Location, and the list of ranges', async () => {
    await suite.it.faults(
      { on: { op: 'putLast' }, do: { noLocation: true } },
      { on: { op: 'put' }, do: { noRanges: true } },
    );
    const url = await open();
    const first = await putFirst(url);
    expect(Object.keys(first.json)).toEqual(['@odata.context', 'ExpirationDateTime']);
    const last = await putLast(url);
    expect([last.status, last.headers.location]).toEqual([201, undefined]);
  });

  it('stores other bytes', async () => {
    await suite.it.faults(
      { on: { op: 'putLast' }, do: { corruptBytes: true } },
      { on: { op: 'postAttachment' }, do: { corruptBytes: true } },
    );
    const url = await open();
    await putFirst(url);
    await putLast(url);
    await post();
    const [large, posted] = await held();
    expect([large!.bytes, posted!.bytes]).toEqual([bytes.length, 4]);
    expect(large!.sha256).not.toBe(sha256(bytes));
    expect(posted!.sha256).not.toBe(sha256(Buffer.from('soup')));
  });

  it('lets lists lag for what it attached', async () => {
    await suite.it.faults({ on: { op: 'putLast' }, do: { listLagMs: 2000, resetAfter: true } });
    const url = await open();
    await putFirst(url);
    await broken(putLast(url));
    const listed = async () =>
      (await suite.it.graph('GET', `${SEEDED.draft}/attachments?$select=name`)).json.value.length;
    expect(await listed()).toBe(0);
    suite.it.nowMs += 2000;
    expect(await listed()).toBe(1);
  });

  describe('that comes later', () => {
    beforeEach(holdTimers); // the stand-in runs in this process: its delay ends when the spec lets it
    afterEach(() => jest.useRealTimers());
    const pending = async () => (await suite.it.control('GET', 'faults')).pending.length;

    it('commits even when the client has left', async () => {
      await suite.it.faults({ on: { op: 'postAttachment' }, do: { delayMs: 300 } });
      const url = `${suite.it.graphUrl}/v1.0/${encoded(SEEDED.draft)}/attachments`;
      const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
      const client = new AbortController();
      const left = expect(
        fetch(url, { method: 'POST', headers, body: JSON.stringify(small), signal: client.signal }),
      ).rejects.toThrow(/abort/);
      await untilSo(async () => (await pending()) === 0);
      client.abort();
      await left;
      expect(await held()).toEqual([]);
      letPass(300);
      await untilSo(async () => (await held()).length === 1);
    });

    it('answers only then', async () => {
      await suite.it.faults({ on: { op: 'postAttachment' }, do: { delayMs: 300 } });
      const posted = post();
      await untilSo(async () => (await pending()) === 0);
      letPass(299);
      expect(await held()).toEqual([]);
      letPass(1);
      expect((await posted).status).toBe(201);
    });
  });
});

describe('any code with any status', () => {
  const first = { status: 400, code: 'ErrorServerBusy', message: 'The server is too busy.' };
  it.each([
    ['an envelope', {}, (a: Answer) => a.json.error, { code: first.code, message: first.message }],
    [
      'one without innerError',
      { as: 'bare' },
      (a: Answer) => a.json,
      { error: { code: first.code, message: first.message } },
    ],
    ['text', { as: 'text' }, (a: Answer) => a.bytes.toString(), first.message],
    [
      'HTML',
      { as: 'html' },
      (a: Answer) => a.bytes.toString(),
      '<html><body><h1>400</h1><p>The server is too busy.</p></body></html>',
    ],
    ['nothing', { as: 'none' }, (a: Answer) => a.bytes.length, 0],
    ['no text', { message: null }, (a: Answer) => a.json.error, { code: first.code, message: null }],
  ])('comes in %s', async (_, more, part, expected) => {
    await suite.it.faults({ on: { op: 'postAttachment' }, do: { answer: { ...first, ...more } } });
    const refused = await post();
    expect([refused.status, part(refused)]).toMatchObject([400, expected]);
    expect(await held()).toEqual([]);
  });

  it('comes in an envelope that is cut, with a length that fits what came', async () => {
    await suite.it.faults({ on: { op: 'listAttachments' }, do: { answer: { ...first, as: 'cut' } } });
    const url = `${suite.it.graphUrl}/v1.0/${encoded(SEEDED.draft)}/attachments?$select=id`;
    const refused = await fetch(url, { headers: { authorization: 'Bearer local' } });
    const text = await refused.text();
    expect([refused.status, text.startsWith('{"error":{"code":"ErrorServerBusy"')]).toEqual([400, true]);
    expect(Number(refused.headers.get('content-length'))).toBe(text.length);
    expect(() => JSON.parse(text) as unknown).toThrow();
  });

  it('for some seconds, for always, for a mailbox', async () => {
    await suite.it.faults({
      on: { op: 'any', mailbox: 'users/Megan@contoso.com' },
      forSeconds: 60,
      do: { answer: first },
    });
    const other = await suite.it.newDraft('users/adele@contoso.com');
    const { pending } = await suite.it.control('GET', 'faults');
    expect([pending.length, (await post()).status, (await suite.it.graph('GET', other)).status]).toEqual([1, 400, 200]);
    suite.it.nowMs += 59_999;
    expect((await post()).status).toBe(400);
    suite.it.nowMs += 1;
    expect((await post()).status).toBe(201);
    await suite.it.faults({ on: { op: 'cancelSession' }, times: 'always', do: { answer: { status: 401 } } });
    const url = await open();
    for (let n = 0; n < 3; n++) expect((await http('DELETE', url)).status).toBe(401);
    await expect(
      suite.it.faults({ on: { op: 'any' }, times: 2, forSeconds: 2, do: { answer: first } }),
    ).rejects.toThrow(/either times or forSeconds/);
  });
});

describe('an answer that is not true', () => {
  it.each([
    ['201 to a POST', 'postAttachment', 201, () => post()],
    ['201 to a new draft', 'createMessage', 201, () => suite.it.graph('POST', 'me/messages', { subject: 'x' })],
    [
      '202 to a send',
      'send',
      202,
      () => suite.it.graph('POST', `${SEEDED.draft}/send`, undefined, { headers: { 'content-length': '0' } }),
    ],
  ])('is %s that did nothing', async (_, op, status, ask) => {
    await suite.it.faults({ on: { op }, do: { pretend: true } });
    const [items, files] = [await suite.it.list('items'), await held()];
    const told = await ask();
    expect([told.status, op === 'send' || typeof told.json.id === 'string']).toEqual([status, true]);
    suite.it.nowMs += 1000;
    expect([await suite.it.list('items'), await held()]).toEqual([items, files]);
  });

  it('is 204 to a DELETE that removed nothing', async () => {
    const path = `${SEEDED.draft}/attachments/${(await post()).json.id}`;
    await suite.it.faults({ on: { op: 'deleteAttachment' }, do: { pretend: true } });
    expect((await suite.it.graph('DELETE', path)).status).toBe(204);
    expect((await suite.it.graph('GET', `${path}/$value`)).bytes.toString()).toBe('soup');
    expect((await suite.it.graph('DELETE', path)).status).toBe(204);
  });

  it.each([
    ['attaches what has come', 'short', [{ bytes: half, sha256: sha256(bytes.subarray(0, half)) }]],
    ['attaches nothing', 'nothing', []],
  ])('is 201 to the first range, which %s', async (_, complete, attached) => {
    await suite.it.faults({ on: { op: 'put', rangeIndex: 0 }, do: { complete } });
    const url = await open();
    const early = await putFirst(url);
    expect([early.status, early.headers.location]).toEqual([201, expect.stringContaining("Attachments('")]);
    expect(await held()).toMatchObject(attached);
    expect((await putLast(url)).status).toBe(404);
  });

  it('is 202 with Retry-After', async () => {
    await suite.it.faults({ on: { op: 'send' }, do: { addHeaders: { 'retry-after': '120' } } });
    const send = () =>
      suite.it.graph('POST', `${SEEDED.draft}/send`, undefined, { headers: { 'content-length': '0' } });
    const sent = await send();
    expect([sent.status, sent.headers['retry-after']]).toEqual([202, '120']);
  });
});

describe('partial acceptance', () => {
  it('takes a part and wants the rest', async () => {
    await suite.it.faults({ on: { op: 'put', rangeIndex: 0 }, do: { acceptOnly: 1000 } });
    const url = await open();
    expect((await putFirst(url)).json.nextExpectedRanges).toEqual(['1000']);
    expect((await suite.it.put(url, bytes.subarray(1000), 1000, bytes.length)).status).toBe(201);
    expect((await held())[0]!.sha256).toBe(sha256(bytes));
  });

  it('names holes, which are filled in order', async () => {
    const missingRanges = [
      [10, 19],
      [100, 199],
    ];
    await suite.it.faults({ on: { op: 'put', rangeIndex: 0 }, do: { missingRanges } });
    const url = await open();
    expect((await putFirst(url)).json.nextExpectedRanges).toEqual(['10-19', '100-199', String(half)]);
    expect((await putLast(url)).status).toBe(416);
    await suite.it.put(url, bytes.subarray(10, 20), 10, bytes.length);
    await suite.it.put(url, bytes.subarray(100, 200), 100, bytes.length);
    expect((await putLast(url)).status).toBe(201);
    expect((await held())[0]!.sha256).toBe(sha256(bytes));
  });
});

describe('which request a script hits', () => {
  it('is told by item, name, range, count and order; others pass', async () => {
    const answer = (status: number) => ({ answer: { status } });
    await suite.it.faults(
      { on: { op: 'postAttachment', item: SEEDED.draft, nth: 2 }, do: answer(502) },
      { on: { op: 'postAttachment', name: 'other' }, do: answer(503) },
    );
    expect((await post()).status).toBe(201);
    expect((await suite.it.graph('POST', `${SEEDED.secondDraft}/attachments`, small)).status).toBe(201);
    expect((await post()).status).toBe(502);
    expect((await suite.it.graph('POST', `${SEEDED.draft}/attachments`, { ...small, name: 'other' })).status).toBe(503);
  });

  it('is told by how many ranges were taken before', async () => {
    await suite.it.faults({ on: { op: 'put', rangeIndex: 1 }, do: { answer: { status: 503 } } });
    const url = await open();
    expect((await putFirst(url)).status).toBe(200);
    expect((await putLast(url)).status).toBe(503);
  });

  it('is told by the path as it was asked for', async () => {
    const asMe = SEEDED.draft.replace('users/megan@contoso.com', 'me');
    await suite.it.faults({ on: { op: 'any', item: asMe }, do: { answer: { status: 500 } } });
    expect((await suite.it.graph('GET', asMe)).status).toBe(500);
  });

  it('is not a request that breaks a rule', async () => {
    await suite.it.faults({ on: { op: 'putLast' }, do: { answer: { status: 500 } } });
    const url = await open();
    expect((await putLast(url)).status).toBe(416);
    await putFirst(url);
    expect((await putLast(url)).status).toBe(500);
  });

  it('is told apart when it did not come', async () => {
    await suite.it.faults({ on: { op: 'send' }, do: { resetAfter: true } });
    const { pending, consumed } = await suite.it.control('GET', 'faults');
    expect([pending.length, consumed.length]).toEqual([1, 0]);
    await suite.it.control('DELETE', 'faults');
  });

  it('cannot be scripted with words that mean nothing', async () => {
    await expect(suite.it.faults({ on: { op: 'putt' }, do: { resetAfter: true } })).rejects.toThrow(/on\.op/);
    await expect(suite.it.faults({ on: { op: 'put' }, do: {} })).rejects.toThrow(/a fault must do something/);
    const odd = { status: 200, headers: { 'x-odd': 'a\nb' } };
    await expect(suite.it.faults({ on: { op: 'put' }, do: { answer: odd } })).rejects.toThrow(/no header can be so/);
    await expect(suite.it.control('PATCH', 'config', { latency: 3 })).rejects.toThrow(/latency/);
  });
});
