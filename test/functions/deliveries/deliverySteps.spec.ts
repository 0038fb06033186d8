import type { DeliveryRecord } from '../../../src/core/delivery/record';
import type { MessageApi } from '../../../src/core/wire/ports';
import type { WireReply } from '../../../src/core/wire/reply';
import type { Dependencies } from '../../../src/dependencies';
import { createDraft } from '../../../src/functions/activities/delivery/createDraft';
import { deleteDraft } from '../../../src/functions/activities/delivery/deleteDraft';
import { deleteSurplusDrafts } from '../../../src/functions/activities/delivery/deleteSurplusDrafts';
import { sendMessage } from '../../../src/functions/activities/delivery/sendMessage';
import { attachments, DeliveryWorld, deliveryWorld, item, mailbox, message } from './deliveryWorld';

const execution = 'e1';
const at = (no: number) => ({ no, notBefore: 0 });
const accepted: WireReply = { kind: 'reply', status: 202 };

/** A service that answers and remembers who asked. */
function messages(changes: Partial<MessageApi> = {}) {
  const asked: string[] = [];
  const noting = (name: string, answer: WireReply) => (): Promise<WireReply> => {
    asked.push(name);
    return Promise.resolve(answer);
  };
  const api: MessageApi = {
    create: noting('create', { kind: 'reply', status: 201, json: { id: 'M1=' } }),
    patch: noting('patch', { kind: 'reply', status: 200 }),
    send: noting('send', accepted),
    remove: async ({ segments }) => noting(`remove ${segments.at(-1) ?? ''}`, { kind: 'reply', status: 204 })(),
    read: async () => ({ kind: 'message', message: { id: 'M1=', isDraft: true, sentAt: undefined } }),
    findMarked: async () => ({ kind: 'messages', messages: [] }),
    ...changes,
  };
  return { asked, api };
}

describe('a step that cannot be repeated', () => {
  let w: DeliveryWorld;
  beforeEach(() => {
    w = deliveryWorld();
  });
  const taken = async (json: object, changes: Partial<DeliveryRecord> = {}): Promise<DeliveryRecord> => {
    const { id } = (await w.post({ attachments, ...json })).body;
    const found = (await w.deliveries.get(id))!;
    const record = { ...found.value, claimedBy: execution, ...changes };
    await w.deliveries.replace(record, found.version);
    return record;
  };
  const deps = (api: MessageApi): Dependencies => ({ ...w.deps, messages: api }) as unknown as Dependencies;
  const stored = async ({ id }: DeliveryRecord): Promise<DeliveryRecord> => (await w.deliveries.get(id))!.value;
  const send = (record: DeliveryRecord, no: number, api: MessageApi) =>
    sendMessage({ record, execution, step: { do: 'sendMessage', ...at(no) } }, deps(api));

  it('sends once, however often it is entered', async () => {
    const { asked, api } = messages();
    const record = await taken({ item, send: true });
    const both = await Promise.all([send(record, 4, api), send(record, 4, api)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['sent', 'uncertain']);
    expect(await send(await stored(record), 4, api)).toMatchObject({ kind: 'sent' });
    expect(await send(await stored(record), 5, api)).toMatchObject({ kind: 'sent' });
    expect(asked).toEqual(['send']);
  });

  it.each<[string, Partial<DeliveryRecord>, string]>([
    ['that is being taken back', { closed: true }, 'uncertain'],
    ['that is to be cancelled', { cancelRequestedAt: 1 }, 'cancelRequested'],
    ['that another execution works on', { claimedBy: 'e2' }, 'uncertain'],
    ['whose send was begun by another step', { sending: { step: 'e1/2', at: 1 } }, 'uncertain'],
  ])('sends nothing of a delivery %s', async (_what, changes, kind) => {
    const { asked, api } = messages();
    const record = await taken({ item, send: true }, changes);
    expect((await send(record, 4, api)).kind).toBe(kind);
    expect(asked).toEqual([]);
  });

  it('sends nothing when it was asleep between its intent and the request', async () => {
    const { asked, api } = messages();
    const record = await taken({ item, send: true });
    const slow = {
      ...w.deliveries,
      replace: (...args: Parameters<typeof w.deliveries.replace>) => (w.later(6_000), w.deliveries.replace(...args)),
    };
    const sleepy = { ...deps(api), deliveries: slow } as Dependencies;
    const said = await sendMessage({ record, execution, step: { do: 'sendMessage', ...at(4) } }, sleepy);
    expect([said.kind, asked]).toEqual(['uncertain', []]);
  });

  it('may send again only after a refusal that is sure', async () => {
    const record = await taken({ item, send: true });
    const throttling = messages({ send: async () => ({ kind: 'reply', status: 429, retryAfter: '2.5' }) });
    expect(await send(record, 4, throttling.api)).toEqual({ kind: 'throttled', retryAfterMs: 2500 });
    expect((await stored(record)).sending).toBeUndefined();
    const lost = messages({ send: async () => ({ kind: 'reply', status: 503 }) });
    expect(await send(record, 5, lost.api)).toMatchObject({ kind: 'uncertain' });
    expect((await stored(record)).sending).toMatchObject({ step: 'e1/5' });
    const { asked, api } = messages();
    expect(await send(await stored(record), 6, api)).toEqual({ kind: 'uncertain' });
    expect(asked).toEqual([]);
  });

  it('does not send what another delivery sends, by whatever path it is named', async () => {
    const { asked, api } = messages();
    expect((await send(await taken({ item, send: true }), 4, api)).kind).toBe('sent');
    const other = await taken({ item: `${mailbox}/mailFolders/drafts/messages/AAMkAD=`, send: true });
    expect(await send(other, 4, api)).toMatchObject({ kind: 'refused', problem: { code: 'NotFinished' } });
    expect(asked).toEqual(['send']);
  });

  it('makes one draft, however often it is entered, and tells every upload where it goes', async () => {
    const { asked, api } = messages();
    const record = await taken({ mailbox, message });
    const run = (no: number, of = record) =>
      createDraft({ record: of, execution, step: { do: 'createDraft', ...at(no) } }, deps(api));
    const both = await Promise.all([run(1), run(1)]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(['drafted', 'uncertain']);
    expect((await run(1, await stored(record))).kind).toBe('drafted');
    expect(asked).toEqual(['create']);
    const items = await Promise.all(record.request.uploads.map((id) => w.records.get(id)));
    expect(items.map((upload) => upload!.value.request.item)).toEqual(Array(2).fill(`${mailbox}/messages/M1=`));
  });

  it.each<[string, Partial<DeliveryRecord>, string]>([
    ['of an older step', { creating: { execution, step: 3 } }, 'uncertain'],
    ['of a delivery that is being taken back', { closed: true }, 'uncertain'],
    ['of a delivery that is to be cancelled', { cancelRequestedAt: 1 }, 'cancelRequested'],
    ['of another execution', { claimedBy: 'e2' }, 'uncertain'],
  ])('lets no run %s make a draft', async (_what, changes, kind) => {
    const { asked, api } = messages();
    const record = await taken({ mailbox, message }, changes);
    const late = await createDraft({ record, execution, step: { do: 'createDraft', ...at(1) } }, deps(api));
    expect([late.kind, asked]).toEqual([kind, []]);
  });

  it('deletes its own draft when it comes too late to hand it over', async () => {
    const { asked, api } = messages();
    const record = await taken({ mailbox, message });
    const create: MessageApi['create'] = async (...args) => {
      const found = (await w.deliveries.get(record.id))!;
      await w.deliveries.replace({ ...found.value, closed: true }, found.version);
      return api.create(...args);
    };
    const said = await createDraft(
      { record, execution, step: { do: 'createDraft', ...at(1) } },
      deps({ ...api, create }),
    );
    expect([said.kind, asked]).toEqual(['uncertain', ['create', 'remove M1=']]);
  });

  it('leaves a draft that somebody has sent meanwhile', async () => {
    const read = async () => ({ kind: 'message' as const, message: { id: 'M1=', isDraft: false, sentAt: 1 } });
    const { asked, api } = messages({ read });
    const record = await taken({ mailbox, message }, { draft: { id: 'M1=', item: `${mailbox}/messages/M1=` } });
    const said = await deleteDraft({ record, execution, step: { do: 'deleteDraft', ...at(9) } }, deps(api));
    expect([said.kind, asked]).toEqual(['refused', []]);
  });

  it('deletes a second draft only where the same search shows which one is ours', async () => {
    const draft = (id: string) => ({ id, isDraft: true, sentAt: undefined });
    const record = await taken({ mailbox, message }, { draft: { id: 'M1=', item: `${mailbox}/messages/M1=` } });
    const step = { do: 'deleteSurplusDrafts', keepsOurs: true, ...at(9) } as const;
    const run = async (ids: string[]) => {
      const findMarked: MessageApi['findMarked'] = async (_mailbox, folder) => ({
        kind: 'messages',
        messages: folder === 'drafts' ? ids.map(draft) : [],
      });
      const { asked, api } = messages({ findMarked });
      return [await deleteSurplusDrafts({ record, execution, step }, deps(api)), asked];
    };
    expect(await run(['M1=', 'M2='])).toEqual([{ kind: 'surplusGone', leftBehind: [] }, ['remove M2=']]);
    expect(await run(['N7='])).toEqual([{ kind: 'surplusGone', leftBehind: ['perhaps a second draft'] }, []]);
  });
});
