import { Mailbox, mailboxOf, parseMailbox } from '../../core/items/mailbox';
import { allowedBy, ownerOf, parseItemPath } from '../../core/items/path';
import type { Dependencies } from '../../dependencies';

export interface Check {
  readonly status: 'ok' | 'failing';
  /** What is wrong: a sentence, or each problem of the settings by name. */
  readonly detail?: string;
  readonly problems?: readonly { readonly name: string; readonly detail: string }[];
}
type Checked = Pick<Dependencies, 'settings' | 'problems' | 'blobs' | 'records' | 'graphCheck'>;

export const checkSettings = ({ problems }: Checked): Check =>
  problems.length === 0 ? { status: 'ok' } : { status: 'failing', problems };

const storageKeptMs = 5_000;
/** A start is told of soon. */
const failureKeptMs = 1_000;
const kept = new WeakMap<object, { readonly until: number; readonly check: Check }>();

/** As checkStorage, asked of storage at most every 5 s: probes of many instances come often. */
export async function recentStorage(deps: Checked & Pick<Dependencies, 'clock'>): Promise<Check> {
  const known = kept.get(deps.records);
  if (known && known.until > deps.clock()) return known.check;
  const check = await checkStorage(deps);
  const keptMs = check.status === 'ok' ? storageKeptMs : failureKeptMs;
  kept.set(deps.records, { until: deps.clock() + keptMs, check });
  return check;
}

/** Whether both storage accounts answer: one row and one blob that need not exist. */
export async function checkStorage({ blobs, records, settings, problems }: Checked): Promise<Check> {
  if (problems.some(({ name }) => /Storage/.test(name))) return failing('Its settings are not right.');
  try {
    const container = settings.allowedContainers[0] ?? 'uploads';
    const [head] = await Promise.all([blobs.head(container, 'health'), records.list({}, 1, undefined)]);
    return head.kind === 'unreachable' ? failing('The storage of the blobs gives no answer.') : { status: 'ok' };
  } catch {
    return failing('The storage of the records gives no answer.');
  }
}

export async function checkGraph(deps: Checked): Promise<Check> {
  const { graphCheck, problems } = deps;
  if (problems.some(({ name }) => name.startsWith('GRAPH_'))) return failing('Its settings are not right.');
  try {
    const detail = await graphCheck(await someMailbox(deps));
    return detail === undefined ? { status: 'ok' } : failing(detail);
  } catch {
    return failing('It cannot be told whether a token can be had.');
  }
}

/** A mailbox that the app may ask: one that the settings name without a wildcard, or the one of the newest upload. */
async function someMailbox({ settings, records }: Checked): Promise<Mailbox | undefined> {
  const { allowedMailboxes } = settings;
  const named = allowedMailboxes.find((pattern) => !/[*/]/.test(pattern));
  if (named !== undefined) return parseMailbox(/^me$/i.test(named) ? named : `users/${encodeURIComponent(named)}`);
  const [newest] = await records.list({}, 1, undefined).catch(() => []);
  const parsed = parseItemPath(newest?.request.item ?? '');
  return parsed.ok && allowedBy(allowedMailboxes, ownerOf(parsed.item)) ? mailboxOf(parsed.item) : undefined;
}

const failing = (detail: string): Check => ({ status: 'failing', detail });
