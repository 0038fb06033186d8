import { page } from '../../src/functions/page/page';
import { headersOf, httpRequest, world } from './support/world';

const html = '<body data-max-bytes="1" data-send="true" data-sign-in="false"></body>';
jest.mock('../../src/functions/page/assets', () => {
  const actual = jest.requireActual<typeof import('../../src/functions/page/assets')>(
    '../../src/functions/page/assets',
  );
  return { ...actual, assets: () => new Map([['index.html', actual.asset('index.html', Buffer.from(html))]]) };
});

describe('the page is told of the settings', () => {
  const shown = async (changes: object, headers: Record<string, string> = {}) => {
    const response = await page(httpRequest({ path: '/', headers }), world(changes).deps);
    return {
      status: response.status,
      etag: headersOf(response)['etag']!,
      body: (response.body as Buffer | undefined)?.toString(),
    };
  };

  it('how large a file may be, whether it may send, and whether people sign in', async () => {
    const plain = await shown({ maxAttachmentBytes: 1000, sendEnabled: false, signInEnabled: false });
    expect(plain.body).toBe('<body data-max-bytes="1000" data-send="false" data-sign-in="false"></body>');
    const signIn = await shown({ maxAttachmentBytes: 1000, sendEnabled: true, signInEnabled: true });
    expect(signIn.body).toBe('<body data-max-bytes="1000" data-send="true" data-sign-in="true"></body>');
  });

  it('again where they changed: its ETag is another', async () => {
    const before = await shown({ signInEnabled: false });
    expect((await shown({ signInEnabled: false }, { 'if-none-match': before.etag })).status).toBe(304);
    expect((await shown({ signInEnabled: true }, { 'if-none-match': before.etag })).status).toBe(200);
  });
});
