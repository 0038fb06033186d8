import { eventually, fulfillJson } from '../support/steps';
import { axeFaults, type PageWorld, shot } from '../support/world';
import { type Asked, everyState, upload, withUploads } from '../support/uploads';

export function operating(world: () => PageWorld): void {
  it('gives every state its face', async () => {
    const page = await world().open({ prepare: withUploads(everyState()) });
    const row = (name: string) => page.locator('.row', { hasText: name });
    await row('archive.zip')
      .getByText(/Waiting for its turn: the mailbox takes a few files/)
      .waitFor();
    await row('scans.pdf').getByText('Retrying').waitFor();
    await row('scans.pdf')
      .getByText(/because Microsoft asked to slow down for this mailbox, until about/)
      .waitFor();
    await row('contract.pdf').getByText('Unknown').waitFor();
    await row('invoice 4711.pdf').getByText('Failed').waitFor();
    await row('wrong version.pdf').getByText('Cancelling').waitFor();
    await row('draft of draft.docx').getByText('Cancelled').waitFor();
    await row('site plan.dwg').getByText('43 % of 44 MB').waitFor();
    await shot(page, 'every-state');
    expect(await axeFaults(page)).toEqual([]);
  });

  it('leads in two clicks to what failed and why, and to what waits and why', async () => {
    const page = await world().open({ prepare: withUploads(everyState()) });
    await page.getByRole('button', { name: '2 failed' }).click();
    await page.locator('.row', { hasText: 'invoice 4711.pdf' }).locator('.open').click();
    const details = page.locator('.row .details');
    await details.getByText('Look whether the item was moved, sent or deleted').waitFor();
    await details.getByText(/7d0cb39e-1f43-4b59-a3a5-cf1b6c5ba0aa/).waitFor();
    await details.getByText('order 4711').waitFor();
    expect(await page.locator('.row').count()).toBe(2);
    await shot(page, 'why-it-failed');
    await page.getByRole('button', { name: '3 waiting' }).click();
    await page.locator('.row', { hasText: 'drawings.tif' }).locator('.open').click();
    await details.getByText(/createSession was answered 503, 41 attempts, last at/).waitFor();
  });

  it('cancels one and retries one', async () => {
    const asked: Asked = [];
    const page = await world().open({ prepare: withUploads(everyState(), asked) });
    await page.getByRole('button', { name: 'Cancel archive.zip' }).click();
    await page.getByRole('button', { name: 'Retry invoice 4711.pdf' }).click();
    await eventually(() => asked.length === 2);
    expect(asked).toEqual([`DELETE /${id(10)}`, `POST /${id(5)}/retry {}`]);
  });

  it('retries many, and leaves out what may be attached already', async () => {
    const asked: Asked = [];
    const page = await world().open({ prepare: withUploads(everyState(), asked) });
    await page.getByRole('button', { name: '2 failed' }).click();
    await page.getByLabel('Select all 2 shown').check();
    await page.locator('.bulk').getByRole('button', { name: 'Retry' }).click();
    await page
      .locator('.list > .note')
      .getByText(/1 upload is tried again. 1 upload may be attached already/)
      .waitFor();
    expect(asked).toEqual([`POST /${id(5)}/retry {}`]);
    await shot(page, 'many-retried');
  });

  it('asks to look first where the outcome is unknown', async () => {
    const asked: Asked = [];
    const page = await world().open({ prepare: withUploads(everyState(), asked) });
    await page.getByRole('button', { name: 'Retry contract.pdf' }).click();
    const dialog = page.getByRole('dialog');
    const again = dialog.getByRole('button', { name: 'Try again' });
    expect(await again.isDisabled()).toBe(true);
    await dialog.getByLabel('I have looked: the file is not there.').check();
    await shot(page, 'look-first', false);
    expect(await axeFaults(page)).toEqual([]);
    await again.click();
    await dialog.waitFor({ state: 'detached' });
    await eventually(() => asked.length === 1);
    expect(asked).toEqual([`POST /${id(6)}/retry {"evenIfAttached":true}`]);
  });

  it('lists deliveries where the app does, and says that a send is unknown', async () => {
    const asked: string[] = [];
    const delivery = {
      ...upload(7, { status: 'failed', reference: 'order 9' }),
      uploads: [upload(1, { name: 'offer.pdf' }), upload(2, { name: 'terms.pdf' })],
      send: true,
      sent: null,
      error: { code: 'OutcomeUnknown', status: 502, detail: 'The answer to the send was lost.', retryable: false },
    };
    const page = await world().open({
      prepare: async (context) => {
        await withUploads(everyState())(context);
        await context.route('**/api/deliveries?*', (route) => {
          asked.push(new URL(route.request().url()).search);
          return fulfillJson(route, 200, { value: [delivery] });
        });
      },
    });
    await page.getByRole('radio', { name: 'Deliveries' }).check();
    const row = page.locator('.row', { hasText: '2 files' });
    await row.getByText('Unknown', { exact: true }).waitFor();
    await row.locator('.open').click();
    await row.getByText('Unknown: look into Sent Items').waitFor();
    await row.getByText('terms.pdf').waitFor();
    await shot(page, 'deliveries');
    expect(await axeFaults(page)).toEqual([]);
    await page.getByLabel('Find by item path or reference').fill('order 9');
    await page.keyboard.press('Enter');
    await eventually(() => asked.some((query) => query.includes('reference=order+9')));
  });

  it('cancels a delivery, and offers no retry of it: the app has none', async () => {
    const asked: string[] = [];
    const uploads = [upload(1, { name: 'offer.pdf', status: 'running' })];
    const callback = { status: 'pending', attempts: 0, lastStatus: null, nextAttemptAt: null };
    const shown = [
      { ...upload(8, { status: 'running', reference: 'order 10' }), uploads, send: true, sent: false, callback },
      { ...upload(7, { status: 'failed', reference: 'order 9' }), uploads, send: true, sent: false },
    ];
    const page = await world().open({
      prepare: async (context) => {
        await withUploads(everyState())(context);
        await context.route('**/api/deliveries?*', (route) => fulfillJson(route, 200, { value: shown }));
        await context.route('**/api/deliveries/*', (route) => {
          asked.push(`${route.request().method()} ${new URL(route.request().url()).pathname}`);
          return fulfillJson(route, 202, shown[0]);
        });
      },
    });
    await page.getByRole('radio', { name: 'Deliveries' }).check();
    await page.locator('.row').nth(1).waitFor();
    expect(await page.getByRole('button', { name: /^Retry/ }).count()).toBe(0);
    await page.locator('.row').first().locator('.open').click();
    await page.getByText('Not yet: it is sent at the end').waitFor();
    await page.getByRole('button', { name: 'Cancel 1 file' }).click();
    await eventually(() => asked.length === 1);
    expect(asked).toEqual([`DELETE /api/deliveries/${id(8)}`]);
  });

  it('moves the focus to the first new row when Show more has shown the last ones', async () => {
    const uploads = Array.from({ length: 53 }, (_, n) => upload(53 - n, {}));
    const page = await world().open({
      prepare: async (context) => {
        await withUploads([])(context);
        await context.route(/\/api\/uploads\?limit=50/, (route) => {
          const isRest = route.request().url().includes('cursor=');
          const value = isRest ? uploads.slice(-3) : uploads.slice(0, -3);
          return fulfillJson(route, 200, { value, ...(isRest ? {} : { nextLink: '/api/uploads?cursor=rest' }) });
        });
      },
    });
    const more = page.getByRole('button', { name: 'Show more' });
    await more.focus();
    uploads.unshift(upload(54, { name: 'began meanwhile.pdf' }));
    await page.keyboard.press('Enter');
    await more.waitFor({ state: 'detached' });
    expect(await page.locator('.row').count()).toBe(54);
    expect(await page.evaluate('document.activeElement.ariaLabel')).toBe('Select file3.pdf');
  });

  it('is live, and keeps what is open and where the keyboard is', async () => {
    const uploads = [upload(2, { status: 'running', name: 'live.pdf' }), upload(1, {})];
    const page = await world().open({ prepare: withUploads(uploads) });
    const row = page.locator('.row', { hasText: 'live.pdf' });
    await row.locator('.open').click();
    await row.locator('.open').focus();
    uploads[0] = { ...uploads[0], status: 'waiting', waitingFor: 'storage', waitingUntil: null };
    uploads.unshift(upload(3, { name: 'newer.pdf' }));
    await row
      .getByText(/because the storage account does not answer/)
      .first()
      .waitFor();
    await page.locator('.row', { hasText: 'newer.pdf' }).waitFor();
    expect(await row.locator('.open:focus').count()).toBe(1);
    expect(await row.locator('.details').count()).toBe(1);
  });
}

const id = (no: number): string => String(upload(no, {})['id']);
