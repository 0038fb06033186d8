import { attachments, DeliveryWorld, deliveryWorld, item, mailbox, message } from './deliveryWorld';

describe('POST /api/deliveries', () => {
  let w: DeliveryWorld;
  beforeEach(() => {
    w = deliveryWorld();
  });
  const refusal = async (json: unknown): Promise<[number, unknown, unknown]> => {
    const { status, body } = await w.post(json);
    expect([w.started, w.deliveries.all(), w.records.all.size]).toEqual([[], [], 0]);
    return [status, body['code'], body.errors?.map(({ pointer }) => pointer).sort()];
  };

  it('answers 202 with the delivery, its uploads in order, and where it is', async () => {
    const { status, headers, body } = await w.post({ item, attachments, reference: 'order 4711' });
    expect([status, headers['location'], headers['retry-after']]).toEqual([202, `/api/deliveries/${body.id}`, '1']);
    expect(body).toMatchObject({
      status: 'queued',
      item,
      send: false,
      sent: false,
      onFailure: 'remove',
      reference: 'order 4711',
      source: 'delivery',
      progress: { filesAttached: 0, filesTotal: 2, bytesSent: 0, bytesTotal: 12_587_912, percent: 0 },
      links: { self: `/api/deliveries/${body.id}`, cancel: `/api/deliveries/${body.id}` },
    });
    expect(body.uploads).toMatchObject([
      { status: 'queued', item, name: 'a.pdf', source: 'delivery', delivery: body.id, reference: 'order 4711' },
      { status: 'queued', item, name: 'second.pdf', size: 5000, delivery: body.id },
    ]);
    expect(w.started).toEqual([body.id]);
  });

  it('takes a new draft: nobody knows its path yet', async () => {
    const { status, body } = await w.post({ mailbox, message, attachments, send: true, onFailure: 'keep' });
    expect(status).toBe(202);
    expect(body).toMatchObject({ item: null, mailbox, send: true, sent: false, onFailure: 'keep' });
    expect(body.uploads.map((upload) => upload['item'])).toEqual([null, null]);
    expect((await w.deliveries.input(body.id))?.message).toEqual(message);
  });

  it('takes a reply and a forward: the draft is made of the message, in its mailbox', async () => {
    const answered = await w.post({
      reply: { to: item, all: true, comment: 'Here.' },
      attachments,
      verify: 'required',
    });
    expect(answered.status).toBe(202);
    const [record] = w.deliveries.all();
    expect(record!.request).toMatchObject({ target: { kind: 'reply', to: item, all: true }, verify: 'required' });
    expect((await w.deliveries.input(answered.body.id))?.message).toEqual({ comment: 'Here.' });
    const upload = await w.records.get(record!.request.uploads[0]!);
    expect(upload!.value.request).toMatchObject({ item: null, verify: 'required' });
    const to = message.toRecipients;
    const passedOn = await w.post({ forward: { of: item, to }, attachments, send: true });
    expect((await w.deliveries.input(passedOn.body.id))?.message).toEqual({ toRecipients: to });
  });

  it.each<[string, object, string[]]>([
    ['two targets', { item, reply: { to: item } }, ['/reply']],
    ['a reply to an event', { reply: { to: `${mailbox}/events/E=` } }, ['/reply/to']],
    ['a forward to nobody', { forward: { of: item, to: [] } }, ['/forward/to']],
    ['attendees of a message', { item, notifyAttendees: true }, ['/notifyAttendees']],
  ])('refuses %s', async (_what, json, pointers) => {
    expect(await refusal({ attachments, ...json })).toEqual([400, 'InvalidRequest', pointers]);
  });

  it('refuses files that no message takes together, counted as base64, and binds no key', async () => {
    w.putBlob('uploads/a.pdf', 60_000_000);
    w.putBlob('uploads/b.pdf', 60_000_000);
    expect(await refusal({ item, attachments })).toEqual([413, 'MessageSizeExceeded', ['/attachments']]);
    w.putBlob('uploads/a.pdf', 20_000_000);
    w.putBlob('uploads/b.pdf', 8_000_000);
    const { body } = await w.post({ item, attachments });
    expect(body['warnings']).toMatchObject([{ code: 'MayExceedMessageLimit' }]);
  });

  it('gives the same key with the same body the same delivery; another body is refused', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const first = await w.post({ item, attachments }, headers);
    w.removeBlob('uploads/a.pdf');
    const again = await w.post({ attachments, item }, headers);
    expect([again.status, again.headers['idempotent-replayed'], again.body.id]).toEqual([202, 'true', first.body.id]);
    expect(w.deliveries.all()).toHaveLength(1);
    const other = await w.post({ item, attachments, send: true }, headers);
    expect([other.status, other.body['code']]).toEqual([422, 'IdempotencyKeyReused']);
  });

  it('makes one delivery of two equal calls at the same instant', async () => {
    const headers = { 'idempotency-key': 'k1' };
    const both = await Promise.all([w.post({ item, attachments }, headers), w.post({ item, attachments }, headers)]);
    expect(both.map(({ status }) => status)).toEqual([202, 202]);
    expect(new Set(both.map(({ body }) => body.id)).size).toBe(1);
    expect(w.records.all.size).toBe(2);
  });

  it('a refused request does not bind its key', async () => {
    const headers = { 'idempotency-key': 'k1' };
    expect((await w.post({ item, attachments: [{ blob: 'uploads/none.pdf' }] }, headers)).status).toBe(404);
    expect((await w.post({ item, attachments }, headers)).status).toBe(202);
  });

  it('warns where the files together are more than a message may have', async () => {
    w.putBlob('uploads/a.pdf', 30_000_000);
    w.putBlob('uploads/b.pdf', 30_000_000);
    const { body } = await w.post({ item, attachments });
    expect(body['warnings']).toMatchObject([{ code: 'MayExceedMessageLimit' }]);
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', {}, ['/attachments', '/item']],
    ['a list', [], ['']],
    ['no files', { item, attachments: [] }, ['/attachments']],
    ['too many files', { item, attachments: Array(101).fill(attachments[0]) }, ['/attachments']],
    ['both targets', { item, mailbox, message, attachments }, ['/mailbox', '/message']],
    ['half a target', { mailbox, attachments }, ['/message']],
    ['the other half', { message, attachments }, ['/mailbox']],
    ['a mailbox that is none', { mailbox: 'groups/x', message, attachments }, ['/mailbox']],
    ['a message with attachments', { mailbox, message: { attachments: [] }, attachments }, ['/message/attachments']],
    ['a send without recipients', { mailbox, message: {}, attachments, send: true }, ['/message/toRecipients']],
    ['a send of an event', { item: `${mailbox}/events/E=`, attachments, send: true }, ['/send']],
    [
      'faults in files',
      { item, attachments: [{ blob: 'x' }, { name: 'y' }, { blob: 'uploads/a.pdf', duplicate: 'allow' }], send: 'yes' },
      ['/attachments/0/blob', '/attachments/1/blob', '/attachments/2/duplicate', '/send'],
    ],
    ['an unknown field', { item, attachments, sendAt: 1 }, ['/sendAt']],
  ])('tells all faults of form of %s', async (_what, json, pointers) => {
    expect(await refusal(json)).toEqual([400, 'InvalidRequest', pointers]);
  });

  it('names an item that is none by its own code', async () => {
    expect(await refusal({ item: `${mailbox}/mesages/A`, attachments })).toEqual([400, 'InvalidItem', ['/item']]);
  });

  it('refuses at once to send where the app may not', async () => {
    w = deliveryWorld({ sendEnabled: false });
    expect(await refusal({ item, attachments, send: true })).toEqual([403, 'SendNotAllowed', ['/send']]);
  });

  it('tells everything that is not allowed, and before what is missing', async () => {
    w = deliveryWorld({ sendEnabled: false });
    const files = [{ blob: 'uploads/none.pdf' }, { blob: 'secrets/b.pdf' }, { blob: 'private/c.pdf' }];
    expect(await refusal({ mailbox: 'users/x@else.com', message, attachments: files, send: true })).toEqual([
      403,
      'SendNotAllowed',
      ['/attachments/1/blob', '/attachments/2/blob', '/mailbox', '/send'],
    ]);
    expect(await refusal({ item, attachments: files })).toEqual([
      403,
      'ContainerNotAllowed',
      ['/attachments/1/blob', '/attachments/2/blob'],
    ]);
  });

  it('looks at every blob, and names each that cannot be taken', async () => {
    w.putBlob('uploads/empty.pdf', 0);
    w.putBlob('uploads/large.pdf', 200_000_000);
    const files = [
      ...attachments,
      { blob: 'uploads/empty.pdf' },
      { blob: 'uploads/large.pdf' },
      { blob: 'uploads/none.pdf' },
      { blob: 'uploads/a.pdf', ifMatch: '"0x9"' },
    ];
    expect(await refusal({ item, attachments: files })).toEqual([
      422,
      'EmptyBlob',
      ['/attachments/2/blob', '/attachments/3/blob', '/attachments/4/blob', '/attachments/5/ifMatch'],
    ]);
  });

  it('refuses callbacks, which are not configured, and items that take no files', async () => {
    expect(await refusal({ item, attachments, callbackUrl: 'https://example.org/x' })).toEqual([
      403,
      'CallbackNotAllowed',
      ['/callbackUrl'],
    ]);
    expect(await refusal({ item: 'groups/g/events/E=', attachments })).toEqual([
      422,
      'AttachmentKindNotSupported',
      ['/item'],
    ]);
  });
});
