import { graphClient } from '../../../src/adapters/graph/client';
import { graphMessages } from '../../../src/adapters/graph/messages';
import { markedMessage, markPatch, markProperty } from '../../../src/core/delivery/mark';
import { messagePath, parseMailbox } from '../../../src/core/items/mailbox';
import { parseItemPath } from '../../../src/core/items/path';
import type { WireReply } from '../../../src/core/wire/reply';
import { SEEDED, standInForSuite } from '../../local/outlook/standIn';

const suite = standInForSuite();
const megan = parseMailbox('users/megan@contoso.com')!;
const toAlex = { toRecipients: [{ emailAddress: { address: 'alex@contoso.com' } }] };
const open = () => graphMessages(graphClient({ graphRoot: suite.it.graphUrl, tokens: async () => 'local' }));

function at(path: string) {
  const parsed = parseItemPath(path);
  if (!parsed.ok) throw new Error(path);
  return parsed.item;
}
function idOf(reply: WireReply): string {
  if (reply.kind === 'fault' || reply.status !== 201) throw new Error(JSON.stringify(reply));
  return (reply.json as { id: string }).id;
}

describe('messages, against the stand-in', () => {
  it('makes a draft that is found by its mark, and no other', async () => {
    const api = open();
    const id = idOf(await api.create(megan, markedMessage({ subject: 'x' }, "delivery 'one'")));
    const found = await api.findMarked(megan, 'drafts', markProperty, "delivery 'one'");
    expect(found).toEqual({ kind: 'messages', messages: [{ id, isDraft: true, sentAt: expect.any(Number) }] });
    expect(await api.findMarked(megan, 'drafts', markProperty, 'delivery')).toEqual({ kind: 'messages', messages: [] });
    expect(await api.read(at(messagePath(megan, id)))).toMatchObject({
      kind: 'message',
      message: { id, isDraft: true },
    });
  });

  it('keeps extended properties of the caller beside the mark', async () => {
    const api = open();
    const mine = 'String {8e5f1a6c-4b7d-4c39-9a1e-2d6f0b83c7e5} Name Own';
    const message = { singleValueExtendedProperties: [{ id: mine, value: 'v' }] };
    const id = idOf(await api.create(megan, markedMessage(message, 'd2')));
    for (const [property, value] of [
      [mine, 'v'],
      [markProperty, 'd2'],
    ] as const)
      expect(await api.findMarked(megan, 'drafts', property, value)).toMatchObject({ messages: [{ id }] });
  });

  it('marks a draft that was there, sends it, and finds it under the same id in Sent Items', async () => {
    const api = open();
    const draft = at(SEEDED.draft);
    expect(await api.patch(draft, markPatch('d3'))).toMatchObject({ status: 200 });
    expect(await api.patch(draft, JSON.stringify(toAlex))).toMatchObject({ status: 200 });
    const before = await api.findMarked(megan, 'drafts', markProperty, 'd3');
    const id = before.kind === 'messages' ? before.messages[0]!.id : '';
    expect(await api.send(draft)).toMatchObject({ status: 202 });
    expect(await api.findMarked(megan, 'sentitems', markProperty, 'd3')).toMatchObject({ messages: [] });
    suite.it.nowMs += 1000; // it leaves Drafts only some time after the 202
    expect(await api.findMarked(megan, 'sentitems', markProperty, 'd3')).toMatchObject({
      messages: [{ id, isDraft: false }],
    });
    expect(await api.read(at(messagePath(megan, id)))).toMatchObject({ message: { isDraft: false } });
  });

  it('deletes a message; what is not there is a 404', async () => {
    const api = open();
    const path = messagePath(megan, idOf(await api.create(megan, '{}')));
    expect(await api.remove(at(path))).toMatchObject({ status: 204 });
    expect(await api.remove(at(path))).toMatchObject({ status: 404 });
    expect(await api.read(at(path))).toMatchObject({ kind: 'reply', status: 404 });
  });
});
