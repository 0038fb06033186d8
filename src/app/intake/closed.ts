import { UploadError } from '../../core/errors';
import type { Settings } from '../../settings';

/** While INTAKE is closed the app is drained, and takes no new work. What was accepted before goes on. */
export function refuseWhileClosed({ intake }: Pick<Settings, 'intake'>): void {
  if (intake === 'open') return;
  throw new UploadError({
    code: 'ServiceUnavailable',
    detail: 'The app takes no new work for now (INTAKE is closed): uploads that run go on. Try again later.',
  });
}
