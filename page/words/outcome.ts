import type { Delivery, Upload } from '../api/types';

/** How something ended, for a screen reader. */
export function outcomeSentence(resource: Upload | Delivery): string {
  const what = 'name' in resource ? resource.name : `${resource.uploads.length} files`;
  if (resource.status === 'succeeded')
    return `${what}: ${'sent' in resource && resource.sent ? 'attached and sent' : 'attached'}.`;
  return `${what}: ${resource.status}${resource.error ? `. ${resource.error.detail}` : ''}`;
}
