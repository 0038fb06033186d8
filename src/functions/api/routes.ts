import type { HttpMethod } from '@azure/functions';

/** A route: one line here registers its functions and tells the catch-all what its path takes. */
export interface Route {
  readonly method: HttpMethod;
  readonly route: string; // without a leading slash but for /, parameters in braces
  readonly authLevel: 'anonymous' | 'function';
  /** The same resource for people who signed in: the host asks for no key there, `serve` asks who they are. */
  readonly my?: string;
}

/** A route for programs with a key. */
const api = <Path extends string>(method: HttpMethod, path: Path) =>
  ({ method, route: `api/${path}`, authLevel: 'function' }) as const;
/** The same with a second door for people. */
const both = <Path extends string>(method: HttpMethod, path: Path) =>
  ({ ...api(method, path), my: `my/${path}` }) as const;
const open = <Path extends string>(method: HttpMethod, path: Path) =>
  ({ method, route: `api/${path}`, authLevel: 'anonymous' }) as const;
/** The facade checks its own bearer: the host's empty 401 breaks Nylas' clients. */
const nylas = <Path extends string>(method: HttpMethod, path: Path) =>
  ({ method, route: `v3/grants/{grant}/${path}`, authLevel: 'anonymous' }) as const;

/** Every route of the app. */
export const routes = {
  createUpload: both('POST', 'uploads'),
  listUploads: both('GET', 'uploads'),
  getUpload: both('GET', 'uploads/{id}'),
  cancelUpload: both('DELETE', 'uploads/{id}'),
  retryUpload: both('POST', 'uploads/{id}/retry'),
  getAttachment: both('GET', 'uploads/{id}/attachment'),
  getAttachmentValue: both('GET', 'uploads/{id}/attachment/{part}'),
  removeUploadAttachment: both('DELETE', 'uploads/{id}/attachment'),
  createDelivery: both('POST', 'deliveries'),
  listDeliveries: both('GET', 'deliveries'),
  getDelivery: both('GET', 'deliveries/{id}'),
  cancelDelivery: both('DELETE', 'deliveries/{id}'),
  createFile: both('POST', 'files'),
  listItems: both('GET', 'items'),
  nylasCreateSession: nylas('POST', 'attachment-uploads'),
  nylasCompleteSession: nylas('POST', 'attachment-uploads/{id}/complete'),
  nylasCreateDraft: nylas('POST', 'drafts'),
  nylasSendDraft: nylas('POST', 'drafts/{id}'),
  nylasSendMessage: nylas('POST', 'messages/send'),
  nylasGetSchedule: nylas('GET', 'messages/schedules/{id}'),
  health: open('GET', 'health'),
  // the host takes an empty route for the function's name
  page: { method: 'GET', route: '/', authLevel: 'anonymous' },
  pageAsset: { method: 'GET', route: 'assets/{file}', authLevel: 'anonymous' },
  healthDetails: api('GET', 'health/details'),
} as const satisfies Record<string, Route>;

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
