import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const page = readFileSync(join(root, 'docs/timeline.md'), 'utf8');
const rows = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, event]) => event ?? '');
const code = ['src/core', 'src/app']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('story.ts'))
      .map((name) => readFileSync(join(root, folder, name), 'utf8')),
  )
  .join('\n');

/** The arguments of a call, from behind its parenthesis. */
function argumentsAt(start: number): string[] {
  const found = [''];
  let depth = 0;
  for (const letter of code.slice(start)) {
    if (depth === 0 && letter === ')') break;
    if (depth === 0 && letter === ',') {
      found.push('');
      continue;
    }
    if ('([{'.includes(letter)) depth += 1;
    if (')]}'.includes(letter)) depth -= 1;
    found.push((found.pop() ?? '') + letter);
  }
  return found.map((text) => text.trim());
}

/** What `note` is given as the event; a choice of two gives two, a table that is named gives what stands in it. */
function eventsOf(expression: string): string[] {
  const table = /^(\w+)\[/.exec(expression)?.[1];
  const text = table === undefined ? expression : (new RegExp(`const ${table} = \\{(.*?)\\}`).exec(code)?.[1] ?? '');
  const chosen = text.includes('?') ? text.slice(text.indexOf('?')) : text; // not what is compared
  return [...chosen.matchAll(/'(\w+)'/g)].map(([, event]) => event ?? '');
}

const calls = [...code.matchAll(/\bnote\(/g)].map(({ index }) => argumentsAt(index + 'note('.length)[2] ?? '');
const noted = new Set([
  ...calls.flatMap(eventsOf),
  ...[...code.matchAll(/at: now, event: '(\w+)'/g)].map(([, event]) => event ?? ''),
]);

describe('the page of timeline events', () => {
  it('has a row for each event that is noted, and no other', () => {
    expect(calls.length).toBeGreaterThan(25);
    expect(calls.filter((call) => eventsOf(call).length === 0)).toEqual([]);
    expect([...rows].sort()).toEqual([...noted].sort());
  });
});
