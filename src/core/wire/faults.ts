import type { Problem } from '../errors';
import type { Call } from './meaning';

/** Whether the call goes to the upload URL; all others go to Graph. */
const goesToUploadHost = (call: Call): boolean => ['putRange', 'askSession', 'closeSession'].includes(call);

/** A request that was never made: its host is not allowed, or its path is not one. `detail` names what. */
export function blocked(call: Call, detail = 'The host is not allowed.'): Problem {
  const [what, remedy] = goesToUploadHost(call)
    ? ['The upload URL was not used.', 'Add the host to UPLOAD_HOSTS if it is Microsoft’s, then upload again.']
    : ['The request was not sent.', 'Check `item` and GRAPH_ENDPOINT.'];
  return { code: 'NotConfigured', detail: `${what} ${detail.replace(/[.\s]*$/, '.')} ${remedy}` };
}

/**
 * A redirect, which is never followed: it would take the file or our token to a host that they were not meant for
 * (docs/outlook-facts.md#redirects). From Graph it means that GRAPH_ENDPOINT is not the root of the cloud itself; from an
 * upload host, whose URL the service gave, that something stands in between.
 */
export function redirected(call: Call, host: string | undefined): Problem {
  const where = host === undefined ? 'elsewhere' : `to ${host}`;
  const what = `The service redirected the request ${where}. Redirects are not followed; nothing was sent there.`;
  return goesToUploadHost(call)
    ? {
        code: 'ServiceUnavailable',
        detail: `${what} Upload again later; if it happens again, look for a proxy between the app and the service.`,
      }
    : {
        code: 'NotConfigured',
        detail: `${what} Set GRAPH_ENDPOINT to the root of your cloud, or remove the proxy that answers in its place.`,
      };
}
