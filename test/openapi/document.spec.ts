import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uploadErrorCodes } from '../../src/core/errors';
import { docsPage, docsPolicy } from '../../src/functions/api/docsPage';
import { getDocs } from '../../src/functions/api/getDocs';
import { getOpenapi } from '../../src/functions/api/getOpenapi';
import { Route, routes } from '../../src/functions/api/routes';
import { headersOf, httpRequest } from '../functions/support/world';
import { document, faultsBy, operations } from './contract';

describe('the OpenAPI document', () => {
  it('has each route of the API, and each door of it', () => {
    const documented = operations.map(({ method, path }) => `${method} ${path}`);
    const expected = Object.values<Route>(routes).flatMap(({ method, route, my, operation }) =>
      operation
        ? [route, ...(my === undefined ? [] : [my])].map((each) => `${method} /${each.replace('{part}', '$value')}`)
        : [],
    );
    expect([...documented].sort()).toEqual([...expected].sort());
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  });

  it('refers to nothing that it does not have', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, id]) => id);
    expect(refs.filter((id) => !(id! in document.components.schemas))).toEqual([]);
    expect(Object.keys(document.components.schemas).filter((id) => !refs.includes(id))).toEqual([]);
  });

  it('knows every code, and where each can be met at once', () => {
    const { Problem } = document.components.schemas as unknown as {
      Problem: { properties: { code: { enum: string[] } } };
    };
    expect(Problem.properties.code.enum).toEqual(uploadErrorCodes);
    const page = readFileSync(join(__dirname, '../../docs/errors.md'), 'utf8');
    const whenAsked = page.slice(page.indexOf('## When asked'), page.indexOf('## What an accepted'));
    const codes = [...whenAsked.matchAll(/^\| <a id="\w+"><\/a>`(\w+)`/gm)].map(([, code]) => code!);
    const met = new Set(
      JSON.stringify(document.paths)
        .match(/"enum":\[("\w+",?)+\]/g)!
        .flatMap((each) => each.match(/\w+/g)!),
    );
    // the catch-all answers these, whatever the path
    const ofNoOperation = ['RouteNotFound', 'MethodNotAllowed'];
    expect(codes.filter((code) => !met.has(code))).toEqual(ofNoOperation);
  });

  it('has examples that its own schemas take', () => {
    let count = 0;
    for (const { id, operation } of operations) {
      const media = operation.requestBody?.content['application/json'];
      for (const [name, { value }] of Object.entries(media?.examples ?? {})) {
        expect([id, name, faultsBy(media!.schema, value)]).toEqual([id, name, []]);
        count += 1;
      }
    }
    expect(count).toBeGreaterThan(10);
  });

  it('is answered with an ETag', async () => {
    const first = await getOpenapi(httpRequest({ path: '/api/openapi.json' }));
    expect(JSON.parse(first.body as string)).toEqual(document);
    const known = { 'if-none-match': headersOf(first)['etag']! };
    expect((await getOpenapi(httpRequest({ path: '/api/openapi.json', headers: known }))).status).toBe(304);
  });
});

describe('the page of the document', () => {
  const html = docsPage(document);

  it('tells every operation and schema, and has no script', () => {
    for (const { id, path } of operations.filter(({ path }) => !path.startsWith('/my/'))) {
      expect(html).toContain(`id="${id}"`);
      expect(html).toContain(`${path.replaceAll("'", '&#39;')}</code>`);
    }
    for (const id of Object.keys(document.components.schemas)) expect(html).toContain(`id="schema-${id}"`);
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|<link|<img|@import|url\(/i);
    const targets = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id!);
    expect(targets.filter((id) => !html.includes(`id="${id}"`))).toEqual([]);
  });

  it('shows what stands in the document as text', () => {
    const evil = { ...document, info: { ...(document['info'] as object), title: '<script>alert(1)</script>"\'&' } };
    expect(docsPage(evil)).not.toContain('<script>');
  });

  it('is served with a policy that allows its own style alone', async () => {
    const response = await getDocs(httpRequest({ path: '/api/docs' }));
    expect(headersOf(response)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': docsPolicy,
    });
    expect(docsPolicy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
    expect((response.body as string).match(/<style>/g)).toHaveLength(1);
  });
});
