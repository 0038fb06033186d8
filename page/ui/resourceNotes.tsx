import type { Resource } from '../api/types';
import { lastProblemSentence, waitingSentence } from '../words/states';
import { ProblemNote } from './problemNote';

/** Why it waits, why it failed, and what to know about it. */
export function ResourceNotes({ resource, isUnsent = false }: { resource: Resource; isUnsent?: boolean }) {
  const { status, lastProblem, error, warnings } = resource;
  const isWaiting = status === 'waiting';
  return (
    <>
      {isWaiting && (
        <div class="note wait">
          {waitingSentence(resource)}
          {lastProblem && <p>{lastProblemSentence(lastProblem)}</p>}
          {lastProblem?.serviceRequestId && <p class="fine">Microsoft’s request {lastProblem.serviceRequestId}</p>}
        </div>
      )}
      {error && (
        <ProblemNote
          problem={error}
          title={error.code === 'OutcomeUnknown' ? (isUnsent ? 'It may have been sent.' : 'It may be attached.') : ''}
          advice={error.code === 'OutcomeUnknown' && isUnsent ? lookIntoSent : undefined}
        />
      )}
      {warnings.map(({ code, detail }) => (
        <div class="note wait" key={code}>
          {detail ?? code}
        </div>
      ))}
    </>
  );
}

const lookIntoSent = 'Look into Sent Items first. Send it again only if it is not there.';
