import { withAdvice } from '../../../src/core/upload/endAdvice';
import { adviceFor } from '../../../src/core/items/kinds';
import { itemForms } from '../../../src/core/items/grammar';
import type { UploadEnd } from '../../../src/core/upload/record';
import { uploadErrorCodes } from '../../../src/core/errors';

const end = (changes: Partial<UploadEnd>): UploadEnd => ({
  status: 'succeeded',
  warnings: [{ code: 'NotVerified', detail: 'n' }],
  timeline: [],
  bytesSent: 0,
  endedAt: 0,
  ...changes,
});

describe('the advice at an upload’s end', () => {
  it('follows what happened, once, for every form and code that has some', () => {
    for (const form of itemForms) {
      for (const code of uploadErrorCodes) {
        const told = withAdvice(end({ status: 'failed', error: { code, detail: 'It happened.' } }), form);
        const advice = adviceFor(form, code);
        expect(told.error?.detail).toBe(advice === '' ? 'It happened.' : `It happened. ${advice}`);
        expect(withAdvice(told, form)).toEqual(told);
      }
    }
  });

  it('tells organizers that attendees do not have the file yet, and nobody else', () => {
    expect(withAdvice(end({}), 'calendarEvent').warnings).toMatchObject([
      { code: 'NotVerified' },
      { code: 'AttendeesNotUpdated' },
    ]);
    expect(withAdvice(end({}), 'calendarEvent', true).warnings).toHaveLength(1);
    expect(withAdvice(end({}), 'message').warnings).toHaveLength(1);
    expect(withAdvice(end({ status: 'cancelled' }), 'calendarEvent').warnings).toHaveLength(1);
  });
});
