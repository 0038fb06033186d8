import type { ResourceView } from '../api/views';

/** 12582912 -> "12.6 MB", as Outlook counts. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  return `${value.toFixed(value < 10 ? 1 : 0)} ${units[step - 1] ?? ''}`;
}

/** What a file's name may do to a terminal is taken out of it; tabs and line ends would break a line of output. */
export const printable = (text: string): string =>
  text.replace(/\p{Cc}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

const reasons: Readonly<Record<string, string>> = {
  mailbox: 'the mailbox is busy with other files',
  throttled: 'Microsoft throttles this mailbox',
  retry: 'the last attempt failed and is repeated soon',
  incident: 'Microsoft Graph has a problem',
  storage: 'the app cannot reach its storage',
};

/** Why it waits, and until when; empty while it does not. */
export function waitText({ status, waitingFor, waitingUntil }: ResourceView): string {
  if (status === 'cancelling') return 'cancelling';
  if (status !== 'waiting') return '';
  const reason = reasons[waitingFor ?? ''] ?? waitingFor ?? 'no reason given';
  const until = waitingUntil ? `, until about ${timeText(waitingUntil)}` : '';
  return `waiting: ${reason}${until}`;
}

/** The time of day here, such as 10:14:03. */
export function timeText(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  return Number.isNaN(at.getTime()) ? iso : [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
}
