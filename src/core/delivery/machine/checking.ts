import { warn } from '../../job/story';
import { judgeSize, largestMessageBytes } from '../size';
import { giveUp, goOn } from './changes';
import { problems } from './problems';
import type { Progress, Rules } from './progress';

/** Before anything is begun: an item that cannot be sent, or a message that would be too large, costs no byte. */
export const checking: Rules<'checking'> = {
  wants: () => ({ do: 'readItem' }),
  on(p, said, now) {
    if (said.fault) return giveUp(p, problems[said.fault], now);
    return fits(p, said.heldBytes, now);
  },
};

/** Goes on unless the message would be larger than any may be. `heldBytes`: what the draft holds already. */
export function fits(p: Progress, heldBytes: number, now: number): Progress {
  const { filesBytes, messageLimitBytes, uploads } = p.plan;
  const bytes = filesBytes + heldBytes;
  switch (judgeSize({ files: uploads.length, filesBytes, heldBytes }, messageLimitBytes)) {
    case 'tooLarge':
      return giveUp(p, problems.tooLarge(bytes, largestMessageBytes), now);
    case 'mayExceed':
      return goOn(
        warn(
          p,
          'MayExceedMessageLimit',
          `The message will have about ${bytes} bytes, its files counted as base64; a tenant takes ${messageLimitBytes} by default (MESSAGE_SIZE_LIMIT). The service may refuse to take or to send it.`,
        ),
        now,
      );
    case 'fits':
      return goOn(p, now);
  }
}
