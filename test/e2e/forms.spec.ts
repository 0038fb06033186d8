import { itemForms, type ItemForm } from '../../src/core/items/grammar';
import { kindOf } from '../../src/core/items/kinds';
import { templates } from '../core/items/itemTemplates';
import { forAll, FormsWorld, largeBytes, smallBytes, startForms } from './formsWorld';

const forms = itemForms.filter((form) => form !== 'groupEvent'); // takes none: formsResources.spec.ts, itemKinds.spec.ts

/** Which way a file of that size takes there. */
function methodOf(form: ItemForm, size: 'small' | 'large'): 'post' | 'session' {
  return size === 'large' && form !== 'groupThread' ? 'session' : 'post';
}

describe('a file on every form of item', () => {
  let world: FormsWorld;
  beforeAll(async () => {
    world = await startForms();
  });
  afterEach(() => world.app.expectNoViolations());

  const attachTo = async (form: ItemForm, template: string, size: 'small' | 'large'): Promise<void> => {
    const item = await world.itemAt(template);
    const { blob, name, sha256 } = await world.blob(size === 'small' ? smallBytes : largeBytes);
    const upload = await world.attach({ blob, item });
    const method = methodOf(form, size);
    const replies = kindOf(form).protocol === 'reply' && method === 'post';
    expect([template, upload.status, upload.error]).toEqual([template, 'succeeded', undefined]);
    const held = await world.held(name);
    expect(held).toMatchObject([{ sha256, method: replies ? 'reply' : method }]);
    expect(upload.attachment).toEqual(
      replies
        ? { id: null, name, location: null, sha256: null, verified: false, method }
        : {
            id: held[0]?.immutableId,
            idKind: 'immutable',
            name,
            location: expect.stringContaining('/attachments/'),
            sha256,
            verified: true,
            method,
          },
    );
    expect(upload.warnings.map(({ code }) => code)).toEqual([
      ...(replies ? ['NotVerified'] : []),
      ...(kindOf(form).attendees ? ['AttendeesNotUpdated'] : []),
    ]);
    if (replies) return;
    const metadata = await world.app.call<{ name: string }>('GET', `/api/uploads/${upload.id}/attachment`);
    expect([metadata.status, metadata.body.name]).toEqual([200, name]);
  };

  it.each(forms)('arrives on %s by every path to it, small and large', async (form) => {
    // an object id is a name of a mailbox like any other
    const paths = templates.filter(([each]) => each === form).map(([, template]) => template);
    const named = paths.filter((template) => !template.startsWith('users/a8e8'));
    const tasks = named.flatMap((template) => [
      { template, size: 'small' as const },
      { template, size: 'large' as const },
    ]);
    await forAll(tasks, 6, ({ template, size }) => attachTo(form, template, size));
  });
});
