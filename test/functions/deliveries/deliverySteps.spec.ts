import { schema } from '../../../src/core/delivery/checkpoint';
import { begin } from '../../../src/core/delivery/machine/decide';
import type { Outcome, Progress, Step } from '../../../src/core/delivery/machine/progress';
import { planFor } from '../../../src/core/delivery/plan';
import type { DeliveryRecord, Facts } from '../../../src/core/delivery/record';
import type { MailApi } from '../../../src/core/wire/ports';
import type { WireReply } from '../../../src/core/wire/reply';
import type { Dependencies } from '../../../src/dependencies';
import { createDraft } from '../../../src/functions/activities/delivery/createDraft';
import { deleteDraft } from '../../../src/functions/activities/delivery/deleteDraft';
import { deleteExtraDrafts } from '../../../src/functions/activities/delivery/deleteExtraDrafts';
import { findDraft } from '../../../src/functions/activities/delivery/findDraft';
import { findNotified } from '../../../src/functions/activities/delivery/findNotified';
import { findSent } from '../../../src/functions/activities/delivery/findSent';
import { listFiles } from '../../../src/functions/activities/delivery/listFiles';
import { markDraft } from '../../../src/functions/activities/delivery/markDraft';
import { notifyAttendees } from '../../../src/functions/activities/delivery/notifyAttendees';
import { readItem } from '../../../src/functions/activities/delivery/readItem';
import { sendMessage } from '../../../src/functions/activities/delivery/sendMessage';
import { settleUploads } from '../../../src/functions/activities/delivery/settleUploads';
import { DeliveryRun, DeliverySaid, runDeliveryStep } from '../../../src/functions/activities/delivery/step';
import type { DeliveryActivity } from '../../../src/orchestrators/contract';
import { attachments, DeliveryWorld, deliveryWorld, item, mailbox, message } from './deliveryWorld';

const accepted: WireReply = { kind: 'reply', status: 202 };
const noProperties: WireReply = {
  kind: 'reply',
  status: 403,
  json: { error: { code: 'ErrorQuotaExceeded', message: 'Cannot get ID from name.' } },
};
const shown = (changes: object = {}) => ({
  id: 'M1=',
  isDraft: true,
  sentAt: undefined,
  hasRecipients: true,
  ...changes,
});

/** A service that answers and remembers what it was asked. */
function service(changes: Partial<MailApi> = {}) {
  const asked: string[] = [];
  const noting = (name: string, answer: WireReply) => (): Promise<WireReply> => {
    asked.push(name);
    return Promise.resolve(answer);
  };
  const api: Partial<MailApi> = {
    create: noting('create', { kind: 'reply', status: 201, json: { id: 'M1=', internetMessageId: '<1@x>' } }),
    createFrom: async (original, action, body) =>
      noting(`${action} ${original.segments.at(-1) ?? ''} ${body}`, {
        kind: 'reply',
        status: 201,
        json: { id: 'M1=' },
      })(),
    patch: async (_item, body) => noting(`patch ${body}`, { kind: 'reply', status: 200 })(),
    send: noting('send', accepted),
    remove: async ({ segments }) => noting(`remove ${segments.at(-1) ?? ''}`, { kind: 'reply', status: 204 })(),
    read: async () => ({ kind: 'message', message: shown() }),
    readItem: async ({ segments }) => ({ kind: 'item', id: `immutable ${segments.at(-1)?.slice(-3) ?? ''}` }),
    readMessage: async () => ({ kind: 'read', message: shown({ internetMessageId: '<1@x>' }) }),
    readMessageById: async () => ({ kind: 'read', message: shown() }),
    readEvent: async () => ({ kind: 'event', event: { subject: 'Planning', isOrganizer: true } }),
    findMarked: async () => ({ kind: 'messages', messages: [] }),
    findByInternetId: async () => ({ kind: 'found', messages: [] }),
    ...changes,
  };
  return { asked, api };
}

describe('a step of a delivery', () => {
  let w: DeliveryWorld;
  let listed: { id: string; name: string; sizeBytes?: number }[];
  beforeEach(() => {
    w = deliveryWorld();
    listed = [];
  });
  const taken = async (json: object, changes: Partial<DeliveryRecord> = {}, facts: Partial<Facts> = {}) => {
    const { id } = (await w.post({ attachments, ...json })).body;
    const found = (await w.deliveries.get(id))!;
    const run = { epoch: 1, execution: 'e1', fence: 0, by: '' };
    const record = { ...found.value, run, ...changes, facts: { ...found.value.facts, ...facts } };
    await w.deliveries.replace(record, found.version);
    return record;
  };
  const stored = async ({ id }: DeliveryRecord): Promise<DeliveryRecord> => (await w.deliveries.get(id))!.value;
  let runs = 0;
  type Bare = Omit<Step, 'no' | 'notBefore'>;
  const run = async (
    activity: unknown,
    record: DeliveryRecord,
    step: Bare & Record<string, unknown>,
    api: Partial<MailApi>,
    { no = 5, by = `i${++runs}`, ...changes }: Partial<Progress> & { no?: number; by?: string } = {},
  ): Promise<DeliverySaid> => {
    const [begun] = begin(planFor(record.request, [], Infinity), w.deps.clock());
    const input = {
      id: record.id,
      epoch: 1,
      step: { ...step, no, notBefore: 0 },
      progress: { ...begun, ...changes },
      schema,
    };
    const list = async () => ({ kind: 'list', attachments: listed });
    const deps = { ...w.deps, problems: [], messages: api, attachments: { list } } as unknown as Dependencies;
    const act = activity as DeliveryRun<DeliveryActivity>;
    return (await runDeliveryStep(act, input as never, by, deps, w.deps.instances)).said;
  };
  const draft = { id: 'M1=', item: `${mailbox}/messages/M1=`, isMarked: true };

  describe('that sends', () => {
    const send = (record: DeliveryRecord, api: Partial<MailApi>, changes: object = {}) =>
      run(sendMessage, record, { do: 'sendMessage' }, api, changes);

    it('sends once, however often it is entered', async () => {
      const { asked, api } = service();
      const record = await taken({ item, send: true });
      const both = await Promise.all([send(record, api), send(record, api)]);
      expect(both.map(({ kind }) => kind).sort()).toEqual(['crashed', 'sent']);
      expect((await send(record, api)).kind).toBe('sent'); // its answer was lost on the way back
      expect((await send(record, api, { no: 6 })).kind).toBe('sent');
      expect(asked).toEqual(['send']);
      const now = w.deps.clock();
      expect((await stored(record)).facts).toMatchObject({ sendsBegun: 1, firstSendAt: now, sentAt: now });
    });

    it.each<[string, Partial<DeliveryRecord>, Partial<Facts>, string]>([
      ['that is being taken back', {}, { closed: 'cancelled' }, 'cancelRequested'],
      ['that is to be cancelled', { cancelRequestedAt: 1 }, {}, 'cancelRequested'],
      ['that another execution works on', { run: { epoch: 2, execution: 'e2', fence: 0, by: '' } }, {}, 'crashed'],
      ['that has gone on', { run: { epoch: 1, execution: 'e1', fence: 9, by: 'x' } }, {}, 'crashed'],
    ])('sends nothing of a delivery %s', async (_what, changes, facts, kind) => {
      const { asked, api } = service();
      expect((await send(await taken({ item, send: true }, changes, facts), api)).kind).toBe(kind);
      expect(asked).toEqual([]);
    });

    it('recognises its intent where the reply of the table was lost, and gives up where it cannot be written', async () => {
      const record = await taken({ item, send: true });
      const stores = { ...w.deliveries };
      let writes = 0;
      w.deliveries.replace = async (...args) => {
        const said = await stores.replace(...args);
        if (++writes === 2) throw new Error('no answer'); // the first one passes the fence
        return said;
      };
      const { asked, api } = service();
      expect([(await send(record, api)).kind, asked]).toEqual(['sent', ['send']]);
      w.deliveries.replace = (...args) => stores.replace(...args);
      const other = await taken({ item: `${mailbox}/messages/Other=`, send: true });
      w.deliveries.replace = async (...args) => {
        if (args[0].facts.sendsBegun > 0) throw new Error('no');
        return stores.replace(...args);
      };
      expect([(await send(other, api)).kind, asked]).toEqual(['storageDown', ['send']]);
    });

    it('sends nothing when it was asleep between its intent and the request', async () => {
      const { asked, api } = service();
      const record = await taken({ item, send: true });
      const stores = { ...w.deliveries };
      w.deliveries.replace = async (...args) => {
        if (args[0].facts.openSend !== undefined) w.later(6_000);
        return stores.replace(...args);
      };
      expect([(await send(record, api)).kind, asked]).toEqual(['crashed', []]);
      expect((await stored(record)).facts.openSend).toBeUndefined();
    });

    it.each<[string, WireReply, Outcome, boolean]>([
      ['202', accepted, { kind: 'sent', at: expect.any(Number) as number }, true],
      ['200', { kind: 'reply', status: 200 }, { kind: 'unclear', isAnswered: true }, false],
      [
        '429',
        { kind: 'reply', status: 429, retryAfter: '2.5' },
        { kind: 'unclear', isAnswered: true, retryAfterMs: 2500 },
        false,
      ],
      ['503', { kind: 'reply', status: 503 }, { kind: 'unclear', isAnswered: true }, false],
      ['404', { kind: 'reply', status: 404 }, { kind: 'unclear', isAnswered: true }, false],
      ['a reset', { kind: 'fault', fault: 'reset' }, { kind: 'unclear', isAnswered: false }, true],
      ['a time-out', { kind: 'fault', fault: 'timeout' }, { kind: 'unclear', isAnswered: false }, true],
      ['no token', { kind: 'fault', fault: 'noToken' }, { kind: 'notDone' }, false],
    ])('takes %s for what it is', async (_what, reply, said, isLost) => {
      const record = await taken({ item, send: true });
      expect(await send(record, service({ send: async () => reply }).api)).toMatchObject(said);
      expect((await stored(record)).facts.openSend !== undefined).toBe(isLost);
    });

    it('does not send what another delivery sends, by whatever path it is named, nor puts its mark there', async () => {
      const { asked, api } = service();
      expect((await send(await taken({ item, send: true }), api)).kind).toBe('sent');
      const other = await taken({ item: `${mailbox}/mailFolders/drafts/messages/AAMkAD=`, send: true });
      expect(await send(other, api)).toMatchObject({ kind: 'notOurs', problem: { code: 'NotFinished' } });
      expect((await run(markDraft, other, { do: 'markDraft' }, api, { no: 6 })).kind).toBe('notOurs');
      expect(asked).toEqual(['send']);
    });

    it('nor what another delivery sends that has named it by its other id', async () => {
      const { asked, api } = service();
      expect((await send(await taken({ item, send: true }), api)).kind).toBe('sent');
      const other = await taken({ item: `${mailbox}/messages/another AAMkAD=`, send: true });
      expect(await send(other, api)).toMatchObject({ kind: 'notOurs', problem: { code: 'NotFinished' } });
      expect(asked).toEqual(['send']);
    });
  });

  describe('that looks for a send', () => {
    const look = (record: DeliveryRecord, changes: Partial<MailApi>, progress: Partial<Progress> = {}) =>
      run(findSent, record, { do: 'findSent' }, service(changes).api, progress);

    it.each<[string, Partial<MailApi>, string]>([
      [
        'it is in Sent Items',
        { findMarked: async () => ({ kind: 'messages', messages: [shown({ isDraft: false })] }) },
        'sent',
      ],
      ['it is a draft', {}, 'unsent'],
      [
        'it is a draft no more',
        { readMessageById: async () => ({ kind: 'read', message: shown({ isDraft: false }) }) },
        'sent',
      ],
      ['it is nowhere', { readMessageById: async () => ({ kind: 'reply', status: 404 }) }, 'gone'],
      ['nobody answers', { findMarked: async () => ({ kind: 'fault', fault: 'reset' }) }, 'unclear'],
    ])('%s', async (_what, changes, kind) => {
      expect((await look(await taken({ item, send: true }), changes)).kind).toBe(kind);
    });

    it.each<[number, string]>([
      [60, 'sent'],
      [61, 'sentByOthers'],
    ])('sent %i s before the first send of ours: %s', async (earlier, kind) => {
      const sentAt = w.deps.clock() - earlier * 1000;
      const record = await taken({ item, send: true }, {}, { sendsBegun: 1, firstSendAt: w.deps.clock() });
      const message = shown({ isDraft: false, sentAt });
      expect((await look(record, { readMessageById: async () => ({ kind: 'read', message }) })).kind).toBe(kind);
      const copies: Partial<MailApi> = { findMarked: async () => ({ kind: 'messages', messages: [message] }) };
      expect((await look(record, copies, { no: 6 } as never)).kind).toBe(kind);
    });

    it('finds it by its internetMessageId where it carries no mark', async () => {
      const record = await taken({ item, send: true }, {}, { internetMessageId: '<1@x>' });
      const found: MailApi['findByInternetId'] = async (_mailbox, id) => ({
        kind: 'found',
        messages: [shown({ isDraft: false, id }), shown()],
      });
      const findMarked = async () => Promise.reject(new Error('There is no mark.'));
      expect((await look(record, { findByInternetId: found, findMarked }, { mark: 'impossible' })).kind).toBe('sent');
    });
  });

  describe('that notifies attendees', () => {
    const event = `${mailbox}/events/E=`;
    const meeting = (facts: Partial<Facts> = {}) =>
      taken({ item: event }, {}, facts).then(async (record) => {
        const found = (await w.deliveries.get(record.id))!;
        const changed = { ...record, request: { ...record.request, notifyAttendees: true } };
        await w.deliveries.replace(changed, found.version);
        return changed;
      });

    it('updates the event once, its subject as it is, with a mark by which a look sees it', async () => {
      const { asked, api } = service();
      const record = await meeting();
      const update = () => run(notifyAttendees, record, { do: 'notifyAttendees' }, api);
      expect([(await update()).kind, (await update()).kind]).toEqual(['sent', 'sent']);
      expect(asked).toHaveLength(1);
      expect(asked[0]).toContain('"subject":"Planning"');
      const seen = { subject: 'Planning', isOrganizer: true, mark: record.id };
      const readEvent: MailApi['readEvent'] = async () => ({ kind: 'event', event: seen });
      const facts = { ...record, facts: { createsBegun: 0, sendsBegun: 1 } };
      const found = (await w.deliveries.get(record.id))!;
      await w.deliveries.replace({ ...found.value, facts: facts.facts }, found.version);
      const looked = await run(findNotified, record, { do: 'findNotified' }, service({ readEvent }).api, { no: 6 });
      expect(looked.kind).toBe('sent');
    });

    it('is refused for who is no organizer, before the first byte', async () => {
      const readEvent: MailApi['readEvent'] = async () => ({
        kind: 'event',
        event: { subject: '', isOrganizer: false },
      });
      const said = await run(readItem, await meeting(), { do: 'readItem' }, service({ readEvent }).api);
      expect(said).toMatchObject({ kind: 'item', fault: 'notOrganizer' });
    });
  });

  describe('that reads the item', () => {
    it.each<[string, object, string | undefined]>([
      ['a draft', {}, undefined],
      ['a message that was sent', { isDraft: false }, 'notADraft'],
      ['a draft without recipients', { hasRecipients: false }, 'noRecipients'],
    ])('%s', async (_what, changes, fault) => {
      const { api } = service({ readMessage: async () => ({ kind: 'read', message: shown(changes) }) });
      listed = [{ id: 'A1', name: 'a', sizeBytes: 3_000_000 }];
      const said = await run(readItem, await taken({ item, send: true }), { do: 'readItem' }, api);
      expect(said).toEqual({ kind: 'item', heldBytes: 4_000_000, ...(fault === undefined ? {} : { fault }) });
    });

    it('remembers whether the message was a draft at the first look, not at a later one', async () => {
      const sent = service({ readMessage: async () => ({ kind: 'read', message: shown({ isDraft: false }) }) }).api;
      const look = async (record: DeliveryRecord, api: Partial<MailApi>) => {
        await run(readItem, record, { do: 'readItem' }, api);
        return (await stored(record)).facts.wasDraft;
      };
      const first = await taken({ item });
      expect([await look(first, service().api), await look(first, sent)]).toEqual([true, true]);
      expect(await look(await taken({ item: `${mailbox}/messages/Other=` }), sent)).toBe(false);
      expect(await look(await taken({ item: `${mailbox}/messages/Third=` }, { resumes: 1 }), sent)).toBeUndefined();
    });
  });

  describe('that lists the files', () => {
    const ended = async (id: string, attachmentId: string | null): Promise<void> => {
      const found = (await w.records.get(id))!;
      const attachment = { id: attachmentId, location: null, sha256: null, verified: true, method: 'post' as const };
      const end = { status: 'succeeded' as const, attachment, warnings: [], timeline: [], bytesSent: 0, endedAt: 1 };
      await w.records.replace({ ...found.value, state: 'succeeded', end }, found.version);
    };

    it('misses one that is gone, and one that is smaller than it was', async () => {
      const record = await taken({ item, send: true });
      await ended(record.request.uploads[0]!, 'A1');
      await ended(record.request.uploads[1]!, 'A2');
      const list = () => run(listFiles, record, { do: 'listFiles' }, service().api);
      listed = [
        { id: 'A1', name: 'other name', sizeBytes: 90_000_000 },
        { id: 'A2', name: 'b', sizeBytes: 5_158 },
      ];
      expect(await list()).toEqual({ kind: 'listed', missing: [] });
      listed = [{ id: 'A2', name: 'b', sizeBytes: 4_999 }];
      expect(await list()).toEqual({ kind: 'listed', missing: ['a.pdf', 'second.pdf'] });
    });
  });

  describe('that lists the files of a message', () => {
    const noDraft: MailApi['read'] = async () => ({ kind: 'message', message: shown({ isDraft: false }) });

    it.each<[string, Partial<MailApi>, number, object]>([
      ['that somebody has sent', { read: noDraft }, 0, { kind: 'noDraft', isSendBegun: false }],
      ['that we have perhaps sent', { read: noDraft }, 1, { kind: 'noDraft', isSendBegun: true }],
      ['that is not there', { read: async () => ({ kind: 'reply', status: 404 }) }, 0, { kind: 'itemNotFound' }],
      ['of which nothing is said', { read: async () => ({ kind: 'fault', fault: 'reset' }) }, 0, { kind: 'unclear' }],
    ])('%s', async (_what, changes, sendsBegun, said) => {
      const record = await taken({ item, send: true }, {}, { sendsBegun });
      expect(await run(listFiles, record, { do: 'listFiles' }, service(changes).api)).toMatchObject(said);
    });
  });

  describe('that makes a draft', () => {
    const make = (record: DeliveryRecord, api: Partial<MailApi>, changes: object = {}, isMarked = true) =>
      run(createDraft, record, { do: 'createDraft', isMarked }, api, changes);

    it('makes one, however often it is entered, and tells every upload where it goes', async () => {
      const { asked, api } = service();
      const record = await taken({ mailbox, message });
      const both = await Promise.all([make(record, api), make(record, api)]);
      expect(both.map(({ kind }) => kind).sort()).toEqual(['drafted', 'unclear']);
      expect((await make(record, api)).kind).toBe('drafted');
      expect(asked).toEqual(['create']);
      expect((await stored(record)).facts).toMatchObject({ draft, internetMessageId: '<1@x>' });
      const items = await Promise.all(record.request.uploads.map((id) => w.records.get(id)));
      expect(items.map((upload) => upload!.value.request.item)).toEqual(Array(2).fill(draft.item));
    });

    it.each<[string, Partial<DeliveryRecord>, Partial<Facts>, string]>([
      ['of an older step', { run: { epoch: 1, execution: 'e1', fence: 9, by: 'x' } }, {}, 'unclear'],
      ['of another execution', { run: { epoch: 2, execution: 'e2', fence: 0, by: '' } }, {}, 'unclear'],
      ['of a delivery that is being taken back', {}, { closed: 'cancelled' }, 'cancelRequested'],
      ['of a delivery that is to be cancelled', { cancelRequestedAt: 1 }, {}, 'cancelRequested'],
    ])('lets no run %s make one', async (_what, changes, facts, kind) => {
      const { asked, api } = service();
      expect([(await make(await taken({ mailbox, message }, changes, facts), api)).kind, asked]).toEqual([kind, []]);
    });

    it('deletes its own draft when it comes too late to hand it over', async () => {
      const { asked, api } = service();
      const record = await taken({ mailbox, message });
      const create: MailApi['create'] = async (...args) => {
        const found = (await w.deliveries.get(record.id))!;
        const facts = { ...found.value.facts, closed: 'cancelled' as const };
        await w.deliveries.replace({ ...found.value, facts }, found.version);
        return api.create!(...args);
      };
      expect([(await make(record, { ...api, create })).kind, asked]).toEqual(['unclear', ['create', 'remove M1=']]);
    });

    it('goes without the mark where the mailbox takes none', async () => {
      const record = await taken({ mailbox, message });
      expect(await make(record, service({ create: async () => noProperties }).api)).toEqual({ kind: 'noMark' });
      expect((await stored(record)).facts.takesNoMark).toBe(true);
      const bare = await make(record, service().api, { no: 6 }, false);
      expect(bare).toMatchObject({ kind: 'drafted', isMarked: false });
      const looked = await run(findDraft, await taken({ mailbox, message }), { do: 'findDraft' }, service().api, {
        mark: 'impossible',
      });
      expect(looked).toEqual({ kind: 'absent' });
    });

    it('answers or forwards a message by its own action', async () => {
      const { asked, api } = service();
      const record = await taken({ mailbox, message });
      const target = { kind: 'reply', to: item, all: true } as const;
      const found = (await w.deliveries.get(record.id))!;
      const reply = { ...record, request: { ...record.request, target } };
      await w.deliveries.replace(reply, found.version);
      expect(await make(reply, api, {}, false)).toMatchObject({ kind: 'drafted', item: draft.item, isMarked: false });
      expect(asked[0]).toMatch(/^createReplyAll AAMkAD= /);
    });
  });

  describe('on the way back', () => {
    it('closes the delivery, and ends the uploads that were never begun', async () => {
      const record = await taken({ item, send: true });
      const undoing = { code: 'AccessDenied', detail: 'No.' } as const;
      const said = await run(settleUploads, record, { do: 'settleUploads' }, service().api, { undoing });
      expect(said).toEqual({ kind: 'uploadsEnded', removable: [], fixed: [] });
      expect((await stored(record)).facts.closed).toEqual(undoing);
    });

    it('leaves a draft that somebody has sent meanwhile', async () => {
      const read: MailApi['read'] = async () => ({ kind: 'message', message: shown({ isDraft: false }) });
      const { asked, api } = service({ read });
      const record = await taken({ mailbox, message }, {}, { draft });
      const said = await run(deleteDraft, record, { do: 'deleteDraft' }, api);
      expect([said.kind, asked]).toEqual(['sentByOthers', []]);
    });

    it.each<[string, MailApi['read']]>([
      ['503', async () => ({ kind: 'reply', status: 503 })],
      ['a reset', async () => ({ kind: 'fault', fault: 'reset' })],
      ['403', async () => ({ kind: 'reply', status: 403 })],
    ])('deletes no draft of which it cannot be said that it is one: %s', async (_what, read) => {
      const { asked, api } = service({ read });
      const said = await run(deleteDraft, await taken({ mailbox, message }, {}, { draft }), { do: 'deleteDraft' }, api);
      expect([said.kind, asked]).toEqual([_what === '403' ? 'refused' : 'unclear', []]);
    });

    it('deletes a second draft only where the same search shows which one is ours', async () => {
      const record = await taken({ mailbox, message }, {}, { draft });
      const sweep = async (drafts: string[], sent: string[]) => {
        const findMarked: MailApi['findMarked'] = async (_mailbox, folder) => ({
          kind: 'messages',
          messages: (folder === 'drafts' ? drafts : sent).map((id) => shown({ id })),
        });
        const { asked, api } = service({ findMarked });
        const step = { do: 'deleteExtraDrafts', keepsOurs: true };
        return [await run(deleteExtraDrafts, record, step as never, api), asked];
      };
      const clean = { kind: 'swept', leftBehind: [] };
      expect(await sweep(['M1=', 'M2='], [])).toEqual([clean, ['remove M2=']]);
      expect(await sweep(['M2='], ['S9='])).toEqual([clean, ['remove M2=']]);
      expect(await sweep(['N7='], [])).toEqual([{ kind: 'swept', leftBehind: ['perhaps a second draft'] }, []]);
    });
  });
});
