import type { PageWorld } from '../support/world';

export function serving(world: () => PageWorld): void {
  it('comes without a key, with a strict policy, and is asked for again by its ETag', async () => {
    const { app, storageOrigin } = world();
    const first = await fetch(`${app.apiUrl}/`);
    expect(first.status).toBe(200);
    const policy = first.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`connect-src 'self' ${storageOrigin};`);
    expect(policy).not.toContain('unsafe');
    const again = await fetch(`${app.apiUrl}/`, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('loads one script, one stylesheet and an icon by their hashes, kept for good', async () => {
    const { app } = world();
    const html = await (await fetch(`${app.apiUrl}/`)).text();
    const assets = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
    expect(assets.map((path) => path.replace(/-[A-Z0-9]{8}\./, '-hash.')).sort()).toEqual([
      '/assets/icon-hash.svg',
      '/assets/page-hash.css',
      '/assets/page-hash.js',
    ]);
    for (const path of assets) {
      const reply = await fetch(app.apiUrl + path);
      expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('answers a problem for what it does not have', async () => {
    for (const path of ['/assets/none.js', '/assets/index.html', '/assets/..%2Fhost.json']) {
      const { status, body } = await world().app.call('GET', path);
      expect([path, status, body]).toMatchObject([path, 404, { code: 'RouteNotFound' }]);
    }
    expect(await world().app.call('POST', '/')).toMatchObject({ status: 405 });
  });
}
