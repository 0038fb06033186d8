import { FormsWorld, largeBytes, smallBytes, startForms, type Ended } from './formsWorld';

const message = 'users/megan@contoso.com/messages/*';
const event = 'users/megan@contoso.com/events/*';
const todo = 'users/megan@contoso.com/todo/lists/*/tasks/*';
const graphError = (status: number, code: string, message: string) => ({ status, body: { error: { code, message } } });

describe('on the way to an item', () => {
  let world: FormsWorld;
  beforeAll(async () => {
    world = await startForms();
  });
  afterEach(async () => {
    await world.app.expectFaultsConsumed();
    await world.app.expectNoViolations();
  });

  const attachNew = async (
    template: string,
    sizeBytes: number,
    more: object = {},
  ): Promise<Ended & { sha: string }> => {
    const [item, { blob, sha256 }] = [await world.itemAt(template), await world.blob(sizeBytes)];
    return { ...(await world.attach({ blob, item, ...more })), sha: sha256 };
  };
  const expectWhole = async ({ name, sha, attachment }: Ended & { sha: string }, method: string): Promise<void> => {
    expect(await world.held(name)).toMatchObject([{ sha256: sha, method }]);
    expect(attachment).toMatchObject({ method, verified: true, sha256: sha });
  };

  describe('at the border between POST and session', () => {
    it.each([
      ['a message', message],
      ['an event', event],
      ['a To Do task', todo],
    ])('a file that is too small for a session of %s goes by one POST, which the result names', async (_, template) => {
      const answer = graphError(400, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize', 'Too small.');
      await world.app.faults({ on: { op: 'createSession' }, do: { answer } });
      const upload = await attachNew(template, largeBytes);
      await expectWhole(upload, 'post');
      expect(upload.timeline).toContainEqual(expect.objectContaining({ event: 'wayChanged', detail: 'post' }));
    });

    it.each([
      ['413', graphError(413, 'BadRequest', 'The maximum request length supported is 4MB.')],
      ['400', graphError(400, 'BadRequest', 'Maximum request length exceeded.')],
      ['413 without a body', { status: 413, raw: '' }],
    ])('a file that is too large for a POST (%s) goes by one session, which the result names', async (_, answer) => {
      await world.app.outlook.configure({ sessionMinBytes: 1 });
      await world.app.faults({ on: { op: 'postAttachment' }, do: { answer } });
      await expectWhole(await attachNew(message, smallBytes), 'session');
    });

    it('the other way is taken once: a service that wants neither is told of', async () => {
      await world.app.faults(
        { on: { op: 'postAttachment' }, do: { answer: { status: 413, code: 'BadRequest' } } },
        {
          on: { op: 'createSession' },
          do: { answer: { status: 400, code: 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize' } },
        },
      );
      const upload = await attachNew(message, smallBytes);
      expect(upload).toMatchObject({ status: 'failed', error: { code: 'AttachmentTooLarge', status: 413 } });
      expect(await world.held(upload.name)).toEqual([]);
    });

    it('a thread, which knows no sessions, says so', async () => {
      await world.app.faults({ on: { op: 'reply' }, do: { answer: { status: 413, code: 'BadRequest' } } });
      const upload = await attachNew('groups/*/threads/*', smallBytes);
      expect(upload).toMatchObject({ status: 'failed', error: { code: 'AttachmentTooLarge' } });
    });
  });

  describe('inline files', () => {
    it.each([
      ['small', smallBytes, 'post'],
      ['large', largeBytes, 'session'],
    ])('keep isInline and their content id when they are %s', async (_, sizeBytes, method) => {
      const upload = await attachNew(message, sizeBytes, {
        isInline: true,
        contentId: 'logo@1',
        contentType: 'image/png',
      });
      await expectWhole(upload, method);
      expect(await world.held(upload.name)).toMatchObject([
        { isInline: true, contentId: 'logo@1', contentType: 'image/png' },
      ]);
      const { body } = await world.app.call('GET', `/api/uploads/${upload.id}/attachment`);
      expect(body).toMatchObject({ isInline: true, contentType: 'image/png' });
    });

    it('have a content id without being inline, too', async () => {
      const upload = await attachNew(event, largeBytes, { contentId: 'plan' });
      expect(await world.held(upload.name)).toMatchObject([{ isInline: false, contentId: 'plan' }]);
    });
  });

  describe('ranges', () => {
    const styles = ['N', 'N-', 'N-M'].flatMap((ranges) =>
      ['mixed', 'pascal', 'camel'].map((keys) => ({ ranges, keys, location: 'parentheses' })),
    );
    const locations = ['encoded', 'lower', 'plain'].map((location) => ({ ranges: 'N', keys: 'mixed', location }));

    it.each([...styles, ...locations])('are read as $ranges with $keys keys, the end as $location', async (style) => {
      await world.app.outlook.configure({ styles: style });
      const [onMessage, onTask] = await Promise.all([message, todo].map((template) => attachNew(template, largeBytes)));
      await expectWhole(onMessage!, 'session');
      await expectWhole(onTask!, 'session');
    });

    it.each([
      ['takes less than was sent', { acceptOnly: 5000 }],
      ['takes nothing of a range', { repeatOffset: true }],
      ['names no ranges', { noRanges: true }],
      [
        'wants parts again',
        {
          missingRanges: [
            [0, 99],
            [200, 16_999],
          ],
        },
      ],
    ])('are sent again as the service wants that %s', async (_, effect) => {
      await world.app.faults({ on: { op: 'put', rangeIndex: 1 }, do: effect });
      await expectWhole(await attachNew(message, largeBytes), 'session');
    });

    it('are believed to be all when the last answer names no attachment', async () => {
      await world.app.faults({ on: { op: 'putLast' }, do: { noLocation: true } });
      await expectWhole(await attachNew(message, largeBytes), 'session');
    });
  });

  describe('late refusals', () => {
    const refused = async (template: string, status: number, code: string): Promise<Ended> => {
      await world.app.faults({ on: { op: 'postAttachment' }, do: { answer: { status, code } } });
      return attachNew(template, smallBytes);
    };

    it('say how an administrator raises the size of messages', async () => {
      const { error } = await refused(message, 400, 'ErrorMessageSizeExceeded');
      expect(error).toMatchObject({ code: 'MessageSizeExceeded', status: 413 });
      expect(error?.detail).toContain('Set-Mailbox -Identity <mailbox> -MaxSendSize 150MB');
    });

    it('name the permission that this form of item needs, and the shared mailboxes', async () => {
      const { error } = await refused(event, 403, 'ErrorAccessDenied');
      expect(error).toMatchObject({ code: 'AccessDenied', status: 403 });
      expect(error?.detail).toMatch(/ErrorAccessDenied.*Calendars\.ReadWrite.*shared mailbox/s);
    });

    it('name the clouds without sessions', async () => {
      await world.app.faults({
        on: { op: 'createSession' },
        do: { answer: { status: 405, code: 'ErrorMethodNotAllowed' } },
      });
      const { error } = await attachNew(message, largeBytes);
      expect(error).toMatchObject({ code: 'AttachmentKindNotSupported' });
      expect(error?.detail).toContain('US Government');
    });

    it('lead from an Outlook task to To Do', async () => {
      const { error } = await refused('users/megan@contoso.com/outlook/tasks/*', 403, 'ErrorAccessDenied');
      expect(error?.detail).toContain('todo/lists/{id}/tasks/{id}');
    });
  });

  it('uploads of one name by two paths to one item go one after the other, and each finds its own', async () => {
    const nested = await world.itemAt('users/megan@contoso.com/mailFolders/*/childFolders/*/messages/*');
    const direct = nested.replace(/mailFolders.*messages/, 'messages');
    const { blob, name, sha256 } = await world.blob(smallBytes);
    await world.app.faults({ on: { op: 'postAttachment', name }, do: { delayMs: 1000, resetAfter: true } });
    const uploads = await Promise.all([nested, direct].map((item) => world.attach({ blob, item, duplicate: 'allow' })));
    const held = await world.held(name);
    expect(held.map((one) => one.sha256)).toEqual([sha256, sha256]);
    expect(uploads.map(({ attachment }) => attachment?.id).sort()).toEqual(
      held.map(({ immutableId }) => immutableId).sort(),
    );
  });
});
