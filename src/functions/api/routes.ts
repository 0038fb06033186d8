import type { HttpMethod } from '@azure/functions';
import * as ofNylas from '../nylas/operations';
import type { Operation } from './operation';
import * as of from './operations';

/** A route: one line here registers its functions, tells the catch-all what its path takes, and documents it. */
export interface Route {
  readonly method: HttpMethod;
  readonly route: string; // without a leading slash but for /, parameters in braces
  readonly authLevel: 'anonymous' | 'function';
  /** The same resource for people who signed in: the host asks for no key there, `serve` asks who they are. */
  readonly my?: string;
  /** What it is asked and answers; undefined for what is no part of the API. */
  readonly operation?: Operation;
}

/** A route for programs with a key. */
const api = (method: HttpMethod, path: string, operation: Operation): Route => ({
  method,
  route: `api/${path}`,
  authLevel: 'function',
  operation,
});
/** The same with a second door for people. */
const both = (method: HttpMethod, path: string, operation: Operation): Route => ({
  ...api(method, path, operation),
  my: `my/${path}`,
});
const open = (method: HttpMethod, path: string, operation: Operation): Route => ({
  ...api(method, path, operation),
  authLevel: 'anonymous',
});
/** The facade checks its own bearer: the host's empty 401 breaks Nylas' clients. */
const nylas = (method: HttpMethod, path: string, operation: Operation): Route => ({
  method,
  route: `v3/grants/{grant}/${path}`,
  authLevel: 'anonymous',
  operation,
});

/** Every route of the app. */
export const routes = {
  createUpload: both('POST', 'uploads', of.createUpload),
  listUploads: both('GET', 'uploads', of.listUploads),
  getUpload: both('GET', 'uploads/{id}', of.getUpload),
  cancelUpload: both('DELETE', 'uploads/{id}', of.cancelUpload),
  retryUpload: both('POST', 'uploads/{id}/retry', of.retryUpload),
  getAttachment: both('GET', 'uploads/{id}/attachment', of.getAttachment),
  getAttachmentValue: both('GET', 'uploads/{id}/attachment/{part}', of.getAttachmentValue),
  removeUploadAttachment: both('DELETE', 'uploads/{id}/attachment', of.removeUploadAttachment),
  createDelivery: both('POST', 'deliveries', of.createDelivery),
  listDeliveries: both('GET', 'deliveries', of.listDeliveries),
  getDelivery: both('GET', 'deliveries/{id}', of.getDelivery),
  cancelDelivery: both('DELETE', 'deliveries/{id}', of.cancelDelivery),
  createFile: both('POST', 'files', of.createFile),
  listItems: both('GET', 'items', of.listItems),
  nylasCreateSession: nylas('POST', 'attachment-uploads', ofNylas.nylasCreateSession),
  nylasCompleteSession: nylas('POST', 'attachment-uploads/{id}/complete', ofNylas.nylasCompleteSession),
  nylasCreateDraft: nylas('POST', 'drafts', ofNylas.nylasCreateDraft),
  nylasSendDraft: nylas('POST', 'drafts/{id}', ofNylas.nylasSendDraft),
  nylasSendMessage: nylas('POST', 'messages/send', ofNylas.nylasSendMessage),
  nylasGetSchedule: nylas('GET', 'messages/schedules/{id}', ofNylas.nylasGetSchedule),
  // the host takes an empty route for the function's name
  page: { method: 'GET', route: '/', authLevel: 'anonymous' },
  pageAsset: { method: 'GET', route: 'assets/{file}', authLevel: 'anonymous' },
  health: open('GET', 'health', of.health),
  healthDetails: api('GET', 'health/details', of.healthDetails),
  getOpenapi: open('GET', 'openapi.json', of.getOpenapi),
  getDocs: open('GET', 'docs', of.getDocs),
} satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

/** The methods that a path takes; none where there is no such route. Case and a trailing slash do not count. */
export function methodsOf(path: string): HttpMethod[] {
  const asked = segmentsOf(path);
  const fits = (route: string): boolean => {
    const wanted = segmentsOf(route);
    const takes = (part: string, at: number): boolean => (part.startsWith('{') ? asked[at] !== '' : part === asked[at]);
    return wanted.length === asked.length && wanted.every(takes);
  };
  return Object.values<Route>(routes)
    .filter(({ route, my }) => fits(route) || (my !== undefined && fits(my)))
    .map(({ method }) => method);
}

const segmentsOf = (path: string): string[] =>
  path
    .toLowerCase()
    .replace(/^\/|\/$/g, '')
    .split('/');
