import { leave } from '../../job/story';
import { enter, takesBack } from './changes';
import { ended } from './ending';
import type { In, Progress, Rules } from './progress';

/** Creates of unknown fate may have left further drafts. They are looked for once more, when they must have come. */
export const finishing: Rules<'finishing'> = {
  wants(p, now) {
    if (p.creates.unclear === 0 || p.phase.isSwept) return { do: 'end', end: ended(p, now) };
    return { do: 'deleteExtraDrafts', keepsOurs: p.phase.sent !== false || !takesBack(p) };
  },
  on: (p, { leftBehind }) => swept(leftBehind.reduce<Progress>(leave, p), p.phase),
  exhausted: (p) => swept(leave(p, 'perhaps a second draft'), p.phase),
};

const swept = (p: Progress, phase: In<'finishing'>['phase']): Progress => enter(p, { ...phase, isSwept: true });
