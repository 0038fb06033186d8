import * as z from 'zod';
import { FieldError, UploadError, UploadErrorCode } from '../../core/errors';

/** What a schema makes of a value, or all faults of form, each with its JSON pointer. */
export type Checked<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly Fault[] };
export interface Fault extends FieldError {
  readonly code: Extract<UploadErrorCode, 'InvalidRequest' | 'InvalidItem'>;
}

/** A body of 4 MiB may have a million faults: nobody reads them, and the answer must not outgrow the question. */
const mostTold = 100;

export function check<T>(schema: z.ZodType<T>, value: unknown, pointerOf = jsonPointer): Checked<T> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, faults: result.error.issues.flatMap((issue) => faultsOfIssue(issue, pointerOf)) };
}

export const faultsOf = (checked: Checked<unknown>): readonly Fault[] => (checked.ok ? [] : checked.faults);

/** Throws what was found, all together; `InvalidItem` only where nothing else is wrong. */
export function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const code = faults.every((fault) => fault.code === 'InvalidItem') ? 'InvalidItem' : 'InvalidRequest';
  const errors = faults.slice(0, mostTold).map(({ pointer, detail }) => ({ pointer, detail }));
  const detail = errors.map((fault) => `${fault.pointer || 'body'}: ${fault.detail}`).join(' ');
  throw new UploadError({ code, detail, errors });
}

type Path = readonly PropertyKey[];

const jsonPointer = (path: Path): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

function faultsOfIssue(issue: z.core.$ZodIssue, pointerOf: (path: Path) => string): Fault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, mostTold).map((key) => ({
      pointer: pointerOf([...issue.path, key.slice(0, 100)]),
      detail: 'There is no such field.',
      code: 'InvalidRequest',
    }));
  }
  const code = issue.code === 'custom' && issue.params?.['code'] === 'InvalidItem' ? 'InvalidItem' : 'InvalidRequest';
  return [{ pointer: pointerOf(issue.path), detail: wordsOf(issue), code }];
}

/** Our own words where a schema has none; a value is never quoted. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    const expected = issue.expected === 'int' ? 'whole number' : `JSON ${issue.expected}`;
    return issue.input === undefined ? 'It is required.' : `It must be a ${expected}.`;
  }
  if (issue.code === 'invalid_value') return `It must be ${issue.values.map(String).join(' or ')}.`;
  return issue.message;
}
