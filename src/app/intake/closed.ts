import { Problem, UploadError } from '../../core/errors';
import type { Settings } from '../../settings';

/** While INTAKE is closed the app is drained, and takes no new work. What was accepted before goes on. */
export const whileClosed = ({ intake }: Pick<Settings, 'intake'>): Problem | undefined =>
  intake === 'open'
    ? undefined
    : {
        code: 'ServiceUnavailable',
        detail: 'The app takes no new work for now (INTAKE is closed): uploads that run go on. Try again later.',
      };

export function refuseWhileClosed(settings: Pick<Settings, 'intake'>): void {
  const problem = whileClosed(settings);
  if (problem) throw new UploadError(problem);
}
