import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Traits } from './notes';
import { firstRange, Service, sessionBytes } from './service';
import { Answer, words } from './wire';

/** What one question came to: in words, and as far as the stand-in has a word for it, as a trait. */
export interface Seen {
  readonly answer: string;
  readonly traits?: Traits;
}

/** One thing that Microsoft does not document. It is asked of a draft that the probe has made. */
export interface Question {
  readonly ask: string;
  /** Sends tens of megabytes. */
  readonly isLarge?: true;
  readonly of: (service: Service, item: string) => Promise<Seen>;
}

const lastRange = { start: firstRange.end + 1, end: sessionBytes - 1 };
const refused = (rule: string, answer: Answer): Seen =>
  answer.status >= 400
    ? { answer: words(answer), traits: { statuses: { [rule]: answer.status } } }
    : { answer: words(answer) };

/** Half of a session, then one wrong request; then whether the right range is still taken. */
const afterHalf =
  (rule: string | undefined, range: { start: number; end: number }, total = sessionBytes) =>
  async (service: Service, item: string): Promise<Seen> => {
    const session = await service.open(item);
    await service.put(session, firstRange);
    const wrong = await service.put(session, range, total);
    const then = await service.put(session, lastRange);
    await service.cancel(session.url);
    const seen = rule === undefined ? { answer: words(wrong) } : refused(rule, wrong);
    return { ...seen, answer: `${seen.answer}; the right range after it: ${words(then)}` };
  };

/** The number from `from` to `to` where `holds` changes; undefined where it does not. */
async function border(from: number, to: number, holds: (n: number) => Promise<boolean>): Promise<number | undefined> {
  const atEnd = await holds(to);
  if ((await holds(from)) === atEnd) return undefined;
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if ((await holds(middle)) === atEnd) high = middle;
    else low = middle;
  }
  return high;
}

const opens = (service: Service, item: string) => async (size: number) => {
  const answer = await service.tryOpen(item, size);
  const url = answer.json['uploadUrl'];
  if (typeof url === 'string') await service.cancel(url);
  return answer.status >= 200 && answer.status < 300;
};

const attachmentJson = (name: string, bytes: Buffer) => ({
  '@odata.type': '#microsoft.graph.fileAttachment',
  name,
  contentType: 'application/octet-stream',
  contentBytes: bytes.toString('base64'),
});
const post = (service: Service, item: string, name: string, bytes: Buffer) =>
  service.graph('POST', `${item}/attachments`, { json: attachmentJson(name, bytes) });

/** How a name comes back. Undefined: it was refused. */
async function nameOf(service: Service, item: string, name: string): Promise<{ kept: string } | { refused: string }> {
  const posted = await post(service, item, name, Buffer.from('probe'));
  const kept = posted.json['name'];
  return posted.status === 201 && typeof kept === 'string' ? { kept } : { refused: words(posted) };
}

export const questions: readonly Question[] = [
  {
    ask: 'How long does a session live?',
    async of(service, item) {
      const session = await service.open(item);
      await service.cancel(session.url);
      const minutes = Math.round((Date.parse(session.expires) - Date.now()) / 60_000);
      return minutes > 0
        ? { answer: `${minutes} minutes`, traits: { sessionMinutes: minutes } }
        : { answer: `expirationDateTime cannot be read` };
    },
  },
  {
    ask: 'What does the last range answer, and is the id in its Location the one that lists show under ImmutableId?',
    async of(service, item) {
      const before = new Set((await service.list(item)).map(({ id }) => id));
      const last = await service.putAll(await service.open(item));
      const id = decodeURIComponent(/attachments[(/]'?([^')/?]+)/i.exec(last.location ?? '')?.[1] ?? '');
      const listed = (await service.list(item)).map((each) => each.id).find((each) => !before.has(each));
      if (id === '' || listed === undefined) return { answer: `${words(last)}, without an id or without a row` };
      const ids = id === listed ? 'one' : 'two';
      return { answer: `${words(last)}; ${ids === 'one' ? 'the same id' : 'another id'}`, traits: { ids } };
    },
  },
  {
    ask: 'What does GET answer on an upload URL?',
    async of(service, item) {
      const session = await service.open(item);
      await service.put(session, firstRange);
      const answer = await service.status(session);
      await service.cancel(session.url);
      const known: Readonly<Record<number, Traits['statusGet']>> = { 200: 'json', 404: '404', 405: '405' };
      const statusGet = known[answer.status];
      return { answer: words(answer), ...(statusGet ? { traits: { statusGet } } : {}) };
    },
  },
  { ask: 'A gap between ranges?', of: afterHalf('rangeGap', { start: lastRange.start + 1000, end: sessionBytes - 1 }) },
  {
    ask: 'A range that overlaps?',
    of: afterHalf('rangeOverlap', { start: lastRange.start - 1000, end: sessionBytes - 1 }),
  },
  { ask: 'A range that was taken, once more?', of: afterHalf('rangeRepeated', firstRange) },
  { ask: 'Another total than the declared size?', of: afterHalf('totalWrong', lastRange, sessionBytes + 500) },
  {
    ask: 'More bytes than the file has?',
    of: afterHalf(undefined, { start: lastRange.start, end: sessionBytes + 99 }),
  },
  {
    ask: 'The last range once more after 201, and then DELETE?',
    async of(service, item) {
      const session = await service.open(item);
      await service.put(session, firstRange);
      await service.put(session, lastRange);
      const again = refused('sessionEnded', await service.put(session, lastRange));
      const cancel = refused('cancelAfterEnd', await service.cancel(session.url));
      const statuses = { ...again.traits?.statuses, ...cancel.traits?.statuses };
      const traits = Object.keys(statuses).length > 0 ? { traits: { statuses } } : {};
      return { answer: `PUT: ${again.answer}; DELETE: ${cancel.answer}`, ...traits };
    },
  },
  {
    ask: 'A session that is cancelled twice, and a PUT after it?',
    async of(service, item) {
      const session = await service.open(item);
      const [first, second] = [await service.cancel(session.url), await service.cancel(session.url)];
      return { answer: `${words(first)}, ${words(second)}; PUT: ${words(await service.put(session, firstRange))}` };
    },
  },
  {
    ask: 'From how many bytes on is a session opened?',
    async of(service, item) {
      const least = await border(1, 4_000_000, opens(service, item));
      return least === undefined
        ? { answer: 'no border between 1 and 4,000,000 bytes' }
        : { answer: `${least} bytes`, traits: { sessionMinBytes: least } };
    },
  },
  {
    ask: 'Up to how many bytes is a session opened?',
    async of(service, item) {
      const tooMany = await border(100_000_000, 400_000_000, opens(service, item));
      return tooMany === undefined
        ? { answer: 'no border between 100,000,000 and 400,000,000 bytes' }
        : { answer: `${tooMany - 1} bytes`, traits: { sessionMaxBytes: tooMany - 1 } };
    },
  },
  {
    ask: 'Is a body of 4,194,304 bytes taken by a POST, and one of 4,194,308?',
    async of(service, item) {
      const frame = JSON.stringify(attachmentJson('probe.bin', Buffer.alloc(0))).length;
      const base64 = Math.floor((4_194_304 - frame) / 4) * 4;
      const padded = (bodyBytes: number) => 'p'.repeat(bodyBytes - frame - base64);
      const of = (bodyBytes: number) =>
        post(service, item, `${padded(bodyBytes)}probe.bin`, randomBytes((base64 / 4) * 3));
      const [fits, over] = [await of(4_194_304), await of(4_194_308)];
      const isBorder = fits.status === 201 && over.status >= 400;
      return {
        answer: `${words(fits)}; ${words(over)}`,
        ...(isBorder ? { traits: { jsonMaxBytes: 4_194_304 } } : {}),
      };
    },
  },
  {
    ask: 'Is an empty file taken by a POST?',
    of: async (service, item) => ({ answer: words(await post(service, item, 'empty.txt', Buffer.alloc(0))) }),
  },
  {
    ask: 'Which names are changed?',
    async of(service, item) {
      const asked = {
        trim: ' probe. ',
        compose: 'pro\u0308be.txt',
        replace: 'pro:be?.txt',
        cutTo: `${'p'.repeat(296)}.txt`,
      };
      const seen: string[] = [];
      const names: Traits['names'] = {};
      for (const [what, name] of Object.entries(asked)) {
        const answer = await nameOf(service, item, name);
        if ('refused' in answer) {
          seen.push(`${what}: ${answer.refused}`);
          continue;
        }
        const { kept } = answer;
        seen.push(`${what}: ${kept === name ? 'kept' : `changed, ${kept.length} characters`}`);
        if (what === 'cutTo') names.cutTo = kept.length < name.length ? kept.length : 0;
        else if (what === 'trim') names.trim = kept === name.trim().replace(/\.+$/, '');
        else if (what === 'compose') names.compose = kept !== name && kept === name.normalize('NFC');
        else if (what === 'replace') names.replace = kept === 'pro_be_.txt';
      }
      return { answer: seen.join('; '), traits: { names } };
    },
  },
  {
    ask: 'Is one range of 5,000,000 bytes taken?',
    async of(service, item) {
      const session = await service.open(item, 5_000_000);
      const answer = await service.put(session, { start: 0, end: 4_999_999 });
      await service.cancel(session.url);
      return { answer: words(answer) };
    },
  },
  {
    ask: 'Are two last ranges on one item at the same instant both taken?',
    async of(service, item) {
      const both = [await service.open(item), await service.open(item)];
      for (const session of both) await service.put(session, firstRange);
      const answers = await Promise.all(both.map((session) => service.put(session, lastRange)));
      for (const session of both) await service.cancel(session.url);
      const conflicts = answers.some(({ status }) => status === 412 || status === 409) ? 'refused' : 'ignored';
      return { answer: answers.map(words).join('; '), traits: { conflicts } };
    },
  },
  {
    ask: 'Does $value take Range?',
    async of(service, item) {
      const [first] = await service.list(item);
      if (!first) return { answer: 'there is no attachment' };
      const value = `${item}/attachments/${encodeURIComponent(first.id)}/$value`;
      const answer = await service.graph('GET', value, { headers: { range: 'bytes=0-2' } });
      const range = answer.status === 206 && answer.bytes.length === 3 ? 'honoured' : 'ignored';
      return { answer: `${words(answer)}, ${answer.bytes.length} bytes`, traits: { value: { range } } };
    },
  },
  {
    ask: 'Does $value give a file of 40,000,000 bytes?',
    isLarge: true,
    async of(service, item) {
      const before = new Set((await service.list(item)).map(({ id }) => id));
      const session = await service.open(item, 40_000_000);
      const sent = await service.putAll(session);
      const added = (await service.list(item)).find(({ id }) => !before.has(id));
      if (!added) return { answer: `it could not be attached: ${words(sent)}` };
      const attachment = `${item}/attachments/${encodeURIComponent(added.id)}`;
      let answer = await service.graph('GET', `${attachment}/$value`);
      if (answer.status >= 500) {
        await delay(1_000);
        answer = await service.graph('GET', `${attachment}/$value`);
      }
      await service.graph('DELETE', attachment);
      const seconds = Math.round(answer.tookMs / 1000);
      const said = `${words(answer)} after ${seconds} s, ${answer.bytes.length} bytes`;
      if (answer.status === 200 && answer.bytes.equals(session.bytes)) return { answer: `${said}, all right` };
      if (answer.status < 400) return { answer: `${said}, not the file` };
      const rule = { minBytes: 36_700_160, answer: 'fails', status: answer.status } as const;
      return { answer: said, traits: { value: { rules: [rule] } } };
    },
  },
];
