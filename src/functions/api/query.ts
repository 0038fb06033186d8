import type { HttpRequest } from '@azure/functions';
import { Fault, refuseFaults } from './check';

/** `code` and `clientId` are the host's own: a function key may come so. */
const ofTheHost = ['code', 'clientId'];

/** Parameters that are not known, and those that came more than once: of several, the host hands one on. */
export function queryFaults({ query, url }: HttpRequest, known: readonly string[]): Fault[] {
  const names = [...new Set(query.keys())];
  const written = new URL(url).searchParams;
  const fault = (name: string, detail: string): Fault => ({
    pointer: name.slice(0, 100),
    detail,
    code: 'InvalidRequest',
  });
  return names.flatMap((name) => {
    if (![...known, ...ofTheHost].includes(name)) return [fault(name, 'There is no such parameter.')];
    return written.getAll(name).length > 1 ? [fault(name, 'Give it once.')] : [];
  });
}

export const refuseOtherParameters = (request: HttpRequest, known: readonly string[]): void =>
  refuseFaults(queryFaults(request, known));
