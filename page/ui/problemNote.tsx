import type { Problem } from '../api/types';
import { adviceFor } from '../words/advice';

interface NoteProps {
  readonly problem: Problem;
  readonly title?: string;
  /** instead of what is advised for every problem of this code */
  readonly advice?: string | undefined;
}

/** An error in words: what happened, what to do, and what a support case needs. */
export function ProblemNote({ problem, title, advice = adviceFor(problem.code) }: NoteProps) {
  const more = problem.errors?.filter(({ detail }) => detail !== problem.detail) ?? [];
  const ids = [
    problem.requestId && `request ${problem.requestId}`,
    problem.serviceRequestId && `Microsoft’s request ${problem.serviceRequestId}`,
  ].filter(Boolean);
  return (
    <div class={`note ${problem.code === 'OutcomeUnknown' ? 'unsure' : 'bad'}`}>
      {title && <strong>{title} </strong>}
      <span>{problem.detail}</span>
      {more.length > 0 && (
        <ul>
          {more.map(({ pointer, detail }) => (
            <li key={pointer}>
              <code>{pointer}</code> {detail}
            </li>
          ))}
        </ul>
      )}
      {problem.leftBehind && problem.leftBehind.length > 0 && <p>Left behind: {problem.leftBehind.join('; ')}.</p>}
      {advice && <p class="advice">{advice}</p>}
      <p class="fine">{[problem.code, ...ids].join(' · ')}</p>
    </div>
  );
}
