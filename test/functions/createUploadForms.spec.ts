import type { DurableClient } from 'durable-functions';
import type { Dependencies } from '../../src/dependencies';
import { guarded } from '../../src/functions/api/serve';
import { createUpload } from '../../src/functions/api/createUpload';
import { readSettings } from '../../src/settings';
import { templates } from '../core/items/itemTemplates';
import { context, goodEnvironment, httpRequest, jsonOf, world, World } from './support/world';

const blob = 'uploads/reports/q3.pdf';
const MiB = 1024 * 1024;
const link = { '@odata.type': '#microsoft.graph.referenceAttachment', name: 'plan', sourceUrl: 'https://x.org/y' };
const contact = {
  '@odata.type': '#microsoft.graph.itemAttachment',
  name: 'Adele',
  item: { '@odata.type': '#microsoft.graph.contact', displayName: 'Adele Vance' },
};
const megan = 'users/megan@contoso.com';

describe('POST /api/uploads, by the form of the item', () => {
  let w: World;
  beforeEach(() => {
    w = world({ allowedMailboxes: ['*'] });
    w.putBlob(blob);
  });
  const post = async (json: object): Promise<Record<string, unknown>> => {
    const deps = { ...w.deps, instances: () => w.deps.instances } as unknown as Dependencies;
    const client = undefined as unknown as DurableClient; // only the fake instances see it
    return jsonOf(await guarded(createUpload, {}, () => deps)(httpRequest({ method: 'POST', json }), client, context));
  };
  it('counts the characters of a name, not their code units', async () => {
    const item = `${megan}/messages/AAMkAD=`;
    const named = (characters: number) => post({ blob, item, name: '😀'.repeat(characters) });
    expect(await named(255)).toMatchObject({ status: 'queued' });
    expect(await named(256)).toMatchObject({ code: 'InvalidRequest', errors: [{ pointer: '/name' }] });
  });
  const leavesNothing = (): void => expect([w.records.all.size, w.resources.all.size, w.started]).toEqual([0, 0, []]);

  it.each([
    ['users/megan@contoso.com/mail/A', 'mail', 'users/{user}/messages/{id}'],
    ['users/megan@contoso.com/calenders/C/events/E', 'calenders', 'users/{user}/calendars/{id}/events/{id}'],
    ['users/megan@contoso.com/messages', 'messages', 'users/{user}/messages/{id}'],
    ['groups/g/thread/T', 'thread', 'groups/{group}/threads/{id}'],
    ['users/megan@contoso.com/todo/tasks/T', 'tasks', 'users/{user}/todo/lists/{id}/tasks/{id}'],
    ['users/megan@contoso.com/messages/../events/E', '..', 'users/{user}/messages/{id}'],
  ])('names the segment of %s that is wrong, and the nearest form', async (item, segment, nearest) => {
    const problem = await post({ blob, item });
    expect(problem).toMatchObject({ status: 400, code: 'InvalidItem', errors: [{ pointer: '/item' }] });
    expect(problem['detail']).toContain(`"${segment}"`);
    expect(problem['detail']).toContain(nearest);
    leavesNothing();
  });

  it.each([
    ['a file', 'a group event', { blob, item: 'groups/g/events/E' }],
    ['a link', 'a group event', { resource: link, item: 'groups/g/events/E' }],
    ['an item', 'a To Do task', { resource: contact, item: `${megan}/todo/lists/L/tasks/T` }],
    ['a link', 'a To Do task', { resource: link, item: `${megan}/todo/lists/L/tasks/T` }],
    ['a link', 'an Outlook task', { resource: link, item: `${megan}/outlook/tasks/T` }],
  ])('refuses %s on %s at once', async (_kind, _form, json) => {
    const problem = await post(json);
    expect(problem).toMatchObject({ status: 422, code: 'AttachmentKindNotSupported' });
    expect(problem['detail']).toMatch(/Attach /);
    leavesNothing();
  });

  it.each([
    ['25 MB on a To Do task', `${megan}/todo/lists/L/tasks/T`, 25 * MiB],
    ['3 MB on a thread', 'groups/g/threads/T', 3 * MiB - 3 * 1024],
    ['150 MB on a message', `${megan}/messages/M`, 150 * MiB],
    ['150 MB on a post', 'groups/g/threads/T/posts/P', 150 * MiB],
  ])('takes %s, and refuses a byte more at once', async (_what, item, most) => {
    w.putBlob(blob, most + 1);
    expect(await post({ blob, item })).toMatchObject({ status: 413, code: 'AttachmentTooLarge' });
    leavesNothing();
    w.putBlob(blob, most);
    expect(await post({ blob, item })).toMatchObject({ status: 'queued', size: most });
  });

  it('refuses a resource that is too large for one request at once', async () => {
    const resource = { ...contact, item: { ...contact.item, personalNotes: 'ü'.repeat(1.6 * MiB) } };
    expect(await post({ resource, item: `${megan}/messages/M` })).toMatchObject({
      status: 413,
      code: 'AttachmentTooLarge',
    });
    leavesNothing();
  });

  describe('where Graph is Microsoft’s', () => {
    const atMicrosoft = (identity: string): void => {
      const GRAPH_ENDPOINT = 'https://graph.microsoft.com';
      const { settings } = readSettings({
        ...goodEnvironment,
        GRAPH_ENDPOINT,
        GRAPH_IDENTITY: identity,
        ALLOWED_MAILBOXES: '*',
      });
      w = world(settings);
      w.putBlob(blob, 1000);
    };
    const forPeople = templates.filter(
      ([form, path]) => form !== 'groupEvent' && (path.startsWith('me/') || /^(group|outlook)/.test(form)),
    );
    const forAll = templates.filter(
      ([form, path]) => form !== 'groupEvent' && !forPeople.some(([, each]) => each === path),
    );

    it('refuses an application what it gives to people only, and says what to do', async () => {
      atMicrosoft('application');
      for (const [, template] of forPeople) {
        const problem = await post({ blob, item: template.replaceAll('*', 'A') });
        expect([template, problem['status'], problem['code']]).toEqual([template, 422, 'DelegatedOnly']);
        expect(problem['detail']).toContain('GRAPH_IDENTITY=delegated');
      }
      leavesNothing();
      for (const [, template] of forAll) {
        expect(await post({ blob, item: template.replaceAll('*', 'A') })).toMatchObject({ status: 'queued' });
      }
    });

    it('takes all of it from a person', async () => {
      atMicrosoft('delegated');
      for (const [, template] of forPeople) {
        expect(await post({ blob, item: template.replaceAll('*', 'A') })).toMatchObject({ status: 'queued' });
      }
    });
  });
});
