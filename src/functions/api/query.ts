import type { HttpRequest } from '@azure/functions';
import type * as z from 'zod';
import { check, Checked, Fault, faultsOf, refuseFaults } from './check';

/** `code` and `clientId` are the host's own: a function key may come so. */
const ofTheHost = ['code', 'clientId'];

/** Parameters that are not known, and those that came more than once: of several, the host hands one on. */
function queryFaults({ url }: HttpRequest, known: readonly string[]): Fault[] {
  const written = new URL(url).searchParams; // the host's own map has no `__proto__`
  const names = [...new Set(written.keys())];
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

/** The query as its schema takes it, or all its faults, one a parameter. */
export function checkQuery<S extends z.ZodRawShape>(
  request: HttpRequest,
  schema: z.ZodObject<S>,
): Checked<z.output<z.ZodObject<S>>> {
  const checked = check(schema, Object.fromEntries(request.query), ([name]) => String(name));
  const others = queryFaults(request, Object.keys(schema.shape));
  const told = new Set(others.map(({ pointer }) => pointer));
  const faults = [...others, ...faultsOf(checked).filter(({ pointer }) => !told.has(pointer))];
  return faults.length === 0 ? checked : { ok: false, faults };
}

export const refuseOtherParameters = (request: HttpRequest, known: readonly string[]): void =>
  refuseFaults(queryFaults(request, known));
