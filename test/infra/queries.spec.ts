import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logEvents, logKeys } from '../../src/core/job/log';

const root = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const source = read('infra/queries/uploadEvents.kql');
const files = globSync('infra/queries/*.kql', { cwd: root }).filter((file) => !file.endsWith('uploadEvents.kql'));
const workbook = JSON.parse(read('infra/workbook.json')) as {
  items: { name: string; content: { query?: string } }[];
};
const queries = new Map([
  ...files.map((file) => [file, read(file)] as const),
  ...workbook.items.flatMap(({ name, content: { query } }) => (query ? [[`workbook ${name}`, query] as const] : [])),
]);

describe('queries and the lines of the log', () => {
  it('read the keys that the app writes', () => {
    const keys = [...source.matchAll(/\bline\.(\w+)/g)].map(([, key]) => key);
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((key) => !(logKeys as readonly string[]).includes(key ?? ''))).toEqual([]);
    expect(source).toContain(`startswith '{"event":'`); // as printLine begins
  });

  it.each([...queries.keys()])('%s asks for events that the app writes', (name) => {
    const query = queries.get(name) ?? '';
    const compared = [...query.matchAll(/\bevent (?:==|!=) '(\w+)'/g)].map(([, event]) => event);
    const listed = [...query.matchAll(/\bevent in \(([^)]*)\)/g)].flatMap(([, list]) =>
      [...(list ?? '').matchAll(/'(\w+)'/g)].map(([, event]) => event),
    );
    const unknown = [...compared, ...listed].filter((event) => !(logEvents as readonly string[]).includes(event ?? ''));
    expect(unknown).toEqual([]);
  });

  it('leave no event of the app out, but for those that only tell of the way', () => {
    const all = [...queries.values()].join('\n');
    expect(logEvents.filter((event) => !all.includes(`'${event}'`))).toEqual([]);
  });

  it('are described in docs/operations.md by event and by key', () => {
    const docs = read('docs/operations.md');
    expect(logEvents.filter((event) => !docs.includes(`\`${event}\``))).toEqual([]);
    expect(logKeys.filter((key) => key !== 'event' && !docs.includes(`\`${key}\``))).toEqual([]);
  });
});
