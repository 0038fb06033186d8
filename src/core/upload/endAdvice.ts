import { adviceFor } from '../items/advice';
import type { ItemForm } from '../items/path';
import type { Warning } from '../job/story';
import type { UploadEnd } from './record';

/**
 * Says after what happened what is known of such items and what can be done: the one place where an end gets its advice.
 * `notifies`: an event's attendees get an update, so the advice about them is left out.
 */
export function withAdvice(end: UploadEnd, form: ItemForm, notifies = false): UploadEnd {
  const warnings = end.status === 'succeeded' && !notifies ? [...end.warnings, ...attendees(form)] : end.warnings;
  return { ...end, warnings, ...(end.error ? { error: advised(end.error, form) } : {}) };
}

function advised(error: NonNullable<UploadEnd['error']>, form: ItemForm): NonNullable<UploadEnd['error']> {
  const advice = adviceFor(form, error.code);
  return advice === '' || error.detail.includes(advice) ? error : { ...error, detail: `${error.detail} ${advice}` };
}

function attendees(form: ItemForm): Warning[] {
  const detail = adviceFor(form, 'AttendeesNotUpdated');
  return detail === '' ? [] : [{ code: 'AttendeesNotUpdated', detail }];
}
