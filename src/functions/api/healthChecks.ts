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

export async function checkGraph({ graphCheck, problems }: Checked): Promise<Check> {
  if (problems.some(({ name }) => name.startsWith('GRAPH_'))) return failing('Its settings are not right.');
  try {
    const detail = await graphCheck();
    return detail === undefined ? { status: 'ok' } : failing(detail);
  } catch {
    return failing('It cannot be told whether a token can be had.');
  }
}

const failing = (detail: string): Check => ({ status: 'failing', detail });
