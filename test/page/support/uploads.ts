import type { BrowserContext, Route } from 'playwright-core';
import { fulfillJson } from './steps';

const item = 'users/megan@contoso.com/messages/AAMkADI5MAAIT3drCAAA%3D';

/** An upload as the API shows it; the newest has the greatest number. */
export function upload(no: number, rest: Record<string, unknown>): Record<string, unknown> {
  const id = `01J${String(no).padStart(23, '0')}`;
  return {
    id,
    status: 'succeeded',
    blob: `uploads/file${no}.pdf`,
    item,
    name: `file${no}.pdf`,
    contentType: 'application/pdf',
    isInline: false,
    size: 4_200_000 * no,
    reference: null,
    source: 'http',
    progress: { bytesSent: 0, bytesTotal: 4_200_000 * no, percent: 0 },
    warnings: [],
    timeline: [],
    createdAt: new Date(Date.now() - 60_000 * (20 - no)).toISOString(),
    updatedAt: new Date(Date.now() - 30_000 * (20 - no)).toISOString(),
    links: { self: `/api/uploads/${id}`, cancel: `/api/uploads/${id}` },
    ...rest,
  };
}

const attachment = {
  id: 'AAMkAGI2NGVhZTVlAAABEgAQALzk',
  idKind: 'immutable',
  name: 'file1.pdf',
  location: null,
  sha256: 'ab'.repeat(32),
  verified: true,
  method: 'session',
};
const problem = (code: string, status: number, detail: string, more = {}) => ({
  type: `https://example.org/errors#${code}`,
  title: code,
  status,
  detail,
  code,
  retryable: false,
  serviceRequestId: '7d0cb39e-1f43-4b59-a3a5-cf1b6c5ba0aa',
  ...more,
});

/** One of each state that an operator meets, newest first. */
export const everyState = (): Record<string, unknown>[] => [
  upload(12, { status: 'queued', name: 'minutes.docx' }),
  upload(11, {
    status: 'running',
    name: 'site plan.dwg',
    progress: { bytesSent: 20_000_000, bytesTotal: 46_200_000, percent: 43 },
  }),
  upload(10, { status: 'waiting', name: 'archive.zip', waitingFor: 'mailbox', waitingUntil: null }),
  upload(9, {
    status: 'waiting',
    name: 'scans.pdf',
    waitingFor: 'throttled',
    waitingUntil: new Date(Date.now() + 90_000).toISOString(),
    lastProblem: {
      what: 'putRange',
      status: 429,
      code: 'ApplicationThrottled',
      attempts: 3,
      at: new Date().toISOString(),
      serviceRequestId: '4c3b…',
    },
  }),
  upload(8, {
    status: 'waiting',
    name: 'drawings.tif',
    waitingFor: 'incident',
    waitingUntil: null,
    lastProblem: { what: 'createSession', status: 503, attempts: 41, at: new Date().toISOString() },
  }),
  upload(7, { status: 'cancelling', name: 'wrong version.pdf' }),
  upload(6, {
    status: 'failed',
    name: 'contract.pdf',
    error: problem(
      'OutcomeUnknown',
      502,
      'The answer to the last range was lost, and the item could not be read until the deadline.',
    ),
  }),
  upload(5, {
    status: 'failed',
    name: 'invoice 4711.pdf',
    reference: 'order 4711',
    error: problem('ItemNotFound', 404, 'Microsoft Graph does not know this message. It was asked 5 times in 15 s.'),
    timeline: [
      { at: new Date(Date.now() - 400_000).toISOString(), event: 'started' },
      { at: new Date(Date.now() - 380_000).toISOString(), event: 'retrying', detail: 'ErrorItemNotFound' },
    ],
  }),
  upload(4, { status: 'cancelled', name: 'draft of draft.docx' }),
  upload(3, {
    attachment: { ...attachment, verified: false },
    name: 'huge.mp4',
    warnings: [
      { code: 'NotVerified', detail: 'It is attached, but could not be read back and compared. Open it once.' },
    ],
  }),
  upload(2, {
    attachment,
    name: 'agenda.pdf',
    source: 'outbox',
    progress: { bytesSent: 8_400_000, bytesTotal: 8_400_000, percent: 100 },
  }),
  upload(1, { attachment, name: 'photo.jpg', progress: { bytesSent: 4_200_000, bytesTotal: 4_200_000, percent: 100 } }),
];

/** What was asked of the uploads, in order: "POST …/retry {…}". */
export type Asked = string[];

/** An API whose list is this; cancel and retry are taken, and noted. */
export const withUploads =
  (uploads: Record<string, unknown>[], asked: Asked = []) =>
  async (context: BrowserContext): Promise<void> => {
    await context.route(/\/api\/uploads(\?|\/|$)/, (route: Route) => {
      const request = route.request();
      const url = new URL(request.url());
      if (request.method() === 'GET') {
        const status = url.searchParams.get('status');
        return fulfillJson(route, 200, {
          value: uploads.filter((each) => status === null || each['status'] === status),
        });
      }
      asked.push(`${request.method()} ${url.pathname.replace('/api/uploads', '')} ${request.postData() ?? ''}`.trim());
      return fulfillJson(route, 202, uploads[0]);
    });
  };
