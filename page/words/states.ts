import type { LastProblem, Resource, Status, WaitingFor } from '../api/types';
import { clockTime, count } from './format';

export const statusWord: Record<Status, string> = {
  queued: 'Queued',
  running: 'Running',
  waiting: 'Waiting',
  cancelling: 'Cancelling',
  succeeded: 'Attached',
  failed: 'Failed',
  cancelled: 'Cancelled',
};

const reasons: Record<WaitingFor, string> = {
  mailbox: 'for its turn: the mailbox takes a few files, and 150 MB in five minutes, at a time',
  throttled: 'because Microsoft asked to slow down for this mailbox',
  retry: 'to try again after an error',
  incident: 'because Microsoft 365 does not answer as it should',
  storage: 'because the storage account does not answer',
};

/** What something does now, as a sentence that goes on from "Waiting …". */
export function waitingSentence({ waitingFor, waitingUntil }: Resource): string {
  const reason = waitingFor ? ` ${reasons[waitingFor]}` : '';
  return `Waiting${reason}${waitingUntil ? `, until about ${clockTime(waitingUntil)}` : ''}.`;
}

/** "createSession was answered 503 ServiceNotAvailable, 41 attempts, last at 10:14." */
export function lastProblemSentence(last: LastProblem): string {
  const answer = [last.status, last.code].filter((part) => part !== undefined && part !== 0).join(' ');
  const none = `got no answer${last.fault ? ` (${last.fault})` : ''}`;
  const what = `${last.what ?? 'The last request'} ${answer === '' ? none : `was answered ${answer}`}`;
  const tries = last.attempts === undefined ? '' : `, ${count(last.attempts, 'attempt')}`;
  return `${what}${tries}${last.at ? `, last at ${clockTime(last.at)}` : ''}.`;
}

/** Whether the outcome is open: neither surely done nor surely not. */
export const isUnknown = ({ error }: Pick<Resource, 'error'>): boolean => error?.code === 'OutcomeUnknown';

const isUnverified = ({ warnings }: Resource): boolean => warnings.some(({ code }) => code === 'NotVerified');

/** What the status is called where it stands alone. */
export function stateWord(resource: Resource): string {
  if (isUnknown(resource)) return 'Unknown';
  if (resource.status === 'succeeded' && isUnverified(resource)) return 'Not verified';
  if (resource.status === 'waiting' && resource.waitingFor !== 'mailbox' && resource.lastProblem) return 'Retrying';
  return statusWord[resource.status];
}

/** The colour and sign of a state; the word always stands beside it. */
export type Tone = 'active' | 'wait' | 'good' | 'bad' | 'unsure' | 'quiet';
export function toneOf(resource: Resource): Tone {
  if (isUnknown(resource)) return 'unsure';
  const tones: Record<Status, Tone> = {
    queued: 'quiet',
    running: 'active',
    waiting: 'wait',
    cancelling: 'wait',
    succeeded: isUnverified(resource) ? 'unsure' : 'good',
    failed: 'bad',
    cancelled: 'quiet',
  };
  return tones[resource.status];
}
