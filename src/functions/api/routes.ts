import type { HttpMethod } from '@azure/functions';

/** Every route of the app. The catch-all reads it too: what a path takes, and that nothing is there. */
export interface Route {
  readonly method: HttpMethod;
  readonly route: string; // without a leading slash but for /, parameters in braces
  readonly authLevel: 'anonymous' | 'function';
}

export const routes = {
  createUpload: { method: 'POST', route: 'api/uploads', authLevel: 'function' },
  listUploads: { method: 'GET', route: 'api/uploads', authLevel: 'function' },
  getUpload: { method: 'GET', route: 'api/uploads/{id}', authLevel: 'function' },
  cancelUpload: { method: 'DELETE', route: 'api/uploads/{id}', authLevel: 'function' },
  getAttachment: { method: 'GET', route: 'api/uploads/{id}/attachment', authLevel: 'function' },
  getAttachmentValue: { method: 'GET', route: 'api/uploads/{id}/attachment/{part}', authLevel: 'function' },
  removeUploadAttachment: { method: 'DELETE', route: 'api/uploads/{id}/attachment', authLevel: 'function' },
  createDelivery: { method: 'POST', route: 'api/deliveries', authLevel: 'function' },
  getDelivery: { method: 'GET', route: 'api/deliveries/{id}', authLevel: 'function' },
  cancelDelivery: { method: 'DELETE', route: 'api/deliveries/{id}', authLevel: 'function' },
  createFile: { method: 'POST', route: 'api/files', authLevel: 'function' },
  nylasCreateSession: { method: 'POST', route: 'v3/grants/{grant}/attachment-uploads', authLevel: 'anonymous' },
  nylasCompleteSession: {
    method: 'POST',
    route: 'v3/grants/{grant}/attachment-uploads/{id}/complete',
    authLevel: 'anonymous',
  },
  nylasCreateDraft: { method: 'POST', route: 'v3/grants/{grant}/drafts', authLevel: 'anonymous' },
  nylasSendDraft: { method: 'POST', route: 'v3/grants/{grant}/drafts/{id}', authLevel: 'anonymous' },
  nylasSendMessage: { method: 'POST', route: 'v3/grants/{grant}/messages/send', authLevel: 'anonymous' },
  nylasGetSchedule: { method: 'GET', route: 'v3/grants/{grant}/messages/schedules/{id}', authLevel: 'anonymous' },
  health: { method: 'GET', route: 'api/health', authLevel: 'anonymous' },
  // the host takes an empty route for the function's name
  page: { method: 'GET', route: '/', authLevel: 'anonymous' },
  pageAsset: { method: 'GET', route: 'assets/{file}', authLevel: 'anonymous' },
  healthDetails: { method: 'GET', route: 'api/health/details', authLevel: 'function' },
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
    .filter(({ route }) => fits(route))
    .map(({ method }) => method);
}

const segmentsOf = (path: string): string[] =>
  path
    .toLowerCase()
    .replace(/^\/|\/$/g, '')
    .split('/');
