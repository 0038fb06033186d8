/** GET …/$value: the exact bytes, or what services answer in their place, by size. */
import { requireAttachment } from './attachments';
import type { CommitOptions } from './effects';
import type { Exchange } from './http';
import { requireItem } from './items';
import type { Reply } from './reply';
import type { Call } from './call';
import type { Target } from './target';
import { ValueRule } from './valueRules';
import { errorBody, Refusal } from './wireErrors';
import type { World } from './world';

/** Bytes of the file, `end` inclusive. */
interface Part {
  readonly start: number;
  readonly end: number;
}

export function getValue(world: World, exchange: Exchange, { path, ids }: Target): Call {
  const item = requireItem(world, path);
  const { name, contentType, file, bytes } = requireAttachment(world, item, ids[0] ?? '');
  if (file === undefined) throw new Refusal('valueOfReference');
  const asked = world.config.value.range === 'honoured' ? partOf(exchange.header('range'), bytes) : undefined;
  if (asked === 'none') throw new Refusal('rangeOfValue', '', { 'content-range': `bytes */${bytes}` });
  const length = asked === undefined ? bytes : asked.end - asked.start + 1;
  const rule = world.config.value.rules.find(
    ({ minBytes, maxBytes = Infinity }) => length >= minBytes && length <= maxBytes,
  );
  const whole: Reply = {
    status: asked === undefined ? 200 : 206,
    headers: {
      'content-type': contentType ?? 'application/octet-stream',
      ...(asked ? { 'content-range': `bytes ${asked.start}-${asked.end}/${bytes}` } : {}),
    },
    file: { path: world.bytes.pathOf(file), start: asked?.start ?? 0, length },
  };
  const commit = ({ value }: CommitOptions) => shortened(whole, scriptedRule(value) ?? rule, length, world.now());
  return { op: 'getValue', item, name, commit, holdMs: rule?.afterMs ?? 0 };
}

/** The range that is asked for: undefined where none is, or one that is not understood; `none` where there are no such bytes. */
function partOf(header: string | undefined, bytes: number): Part | 'none' | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const start = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  return start <= end ? { start, end } : 'none';
}

const short = ValueRule.parse({ answer: 'prefix' });

function scriptedRule(value: CommitOptions['value']): ValueRule | undefined {
  if (value === undefined) return undefined;
  return value === 'empty' ? { ...short, answer: 'empty', tellsLength: false } : { ...short, ...value };
}

function shortened(whole: Reply, rule: ValueRule | undefined, length: number, now: number): Reply {
  if (rule === undefined) return whole;
  if (rule.answer === 'fails') return { status: rule.status, json: errorBody(rule.code, '', now) };
  const chunked = !rule.tellsLength;
  if (rule.answer === 'empty' || whole.file === undefined)
    return { status: 200, headers: { 'content-type': 'text/plain' }, text: '', chunked };
  return { ...whole, file: { ...whole.file, length: Math.min(rule.prefixBytes, length - 1) }, chunked };
}
