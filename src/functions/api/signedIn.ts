import type { HttpRequest } from '@azure/functions';
import { developer, Person } from '../../app/access/caller';
import { parsePrincipal } from '../../app/access/principal';
import { Problem, UploadError } from '../../core/errors';
import type { Settings } from '../../settings';

/**
 * The person at the door `/my`. The header is believed only where the platform says that App Service authentication is on:
 * anywhere else any caller can write it. On loopback, where nobody signs in, everybody is Megan. Throws `NotSignedIn`.
 */
export function signedIn({ method, url, headers }: HttpRequest, settings: Settings): Person {
  const person = settings.signInEnabled
    ? parsePrincipal(headers.get('x-ms-client-principal'))
    : settings.graph.loopback
      ? developer
      : undefined;
  if (!person) throw new UploadError(notSignedIn);
  if (method !== 'GET' && isOfAnotherSite(url, headers)) throw new UploadError(otherSite);
  return person;
}

/**
 * A browser sends the cookie of a signed-in person with whatever another site's page asks for, so what changes something
 * must come from a page of this app (https://developer.mozilla.org/docs/Web/HTTP/Headers/Sec-Fetch-Site).
 */
function isOfAnotherSite(url: string, headers: HttpRequest['headers']): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  const origin = headers.get('origin');
  return origin !== null && (!URL.canParse(origin) || new URL(origin).host !== new URL(url).host);
}

const notSignedIn: Problem = {
  code: 'NotSignedIn',
  detail: 'Nobody is signed in. Sign in with your work account; programs use /api with a function key.',
};
const otherSite: Problem = {
  code: 'NotYours',
  detail: 'This request comes from a page of another site. Use the page of this app.',
};
