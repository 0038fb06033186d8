import { useState } from 'preact/hooks';
import type { Api } from '../api/client';
import { problemOf } from '../api/problemError';
import type { Problem } from '../api/types';
import { type ActionName, act, canCancel, canRetry } from '../uploads/actions';
import type { Listed, Listing } from '../uploads/listing';
import { ago, count, dateTime, fileSize } from '../words/format';
import { itemName, mailboxName } from '../words/itemNames';
import { isUnknown, waitingSentence } from '../words/states';
import type { Confirm } from './confirmUnknown';
import { Details } from './details';
import { ChevronIcon } from './icons';
import { ProblemNote } from './problemNote';
import { StateTag } from './stateTag';

interface RowProps {
  readonly row: Listed;
  readonly listing: Listing;
  readonly api: Api;
  readonly confirm: Confirm;
}

/** One upload or delivery of the list: what it is and how it stands; the rest when it is opened. */
export function ListRow({ row, listing, api, confirm }: RowProps) {
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState<Problem>();
  const name = 'uploads' in row ? count(row.uploads.length, 'file') : row.name;

  const run = async (action: ActionName, evenIfAttached = false): Promise<void> => {
    setProblem(undefined);
    await act(api, action, row, evenIfAttached).catch((cause: unknown) => setProblem(problemOf(cause)));
    listing.refresh();
  };
  const retry = (): void => {
    if (isUnknown(row)) confirm(row, () => run('retry', true));
    else void run('retry');
  };

  return (
    <li class="row">
      <div class="line">
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          checked={listing.chosen.has(row.id)}
          onChange={({ currentTarget }) => listing.choose(row.id, currentTarget.checked)}
        />
        <button type="button" class="open" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <ChevronIcon />
          <span class="about">
            <span class="name">{name}</span>
            <span class="fine">
              {sizeWords(row)} · {whereWords(row)}
            </span>
            {why(row) && <span class="why">{why(row)}</span>}
          </span>
        </button>
        <span class="how">
          <StateTag resource={row} />
          <time class="fine" dateTime={row.updatedAt} title={dateTime(row.updatedAt)}>
            {ago(row.updatedAt, Date.now())}
          </time>
        </span>
        <span class="buttons">
          {canCancel(row) && (
            <button
              type="button"
              class="secondary small"
              aria-label={`Cancel ${name}`}
              onClick={() => void run('cancel')}
            >
              Cancel
            </button>
          )}
          {canRetry(row) && (
            <button type="button" class="secondary small" aria-label={`Retry ${name}`} onClick={retry}>
              Retry
            </button>
          )}
        </span>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {isOpen && <Details row={row} />}
    </li>
  );
}

const whereWords = (row: Listed): string =>
  row.item
    ? itemName(row.item)
    : 'mailbox' in row && row.mailbox
      ? `new draft of ${mailboxName(row.mailbox)}`
      : 'new draft';

function sizeWords(row: Listed): string {
  const { bytesSent, bytesTotal, percent } = row.progress;
  const size = fileSize(bytesTotal);
  return ['running', 'waiting'].includes(row.status) && bytesSent > 0 ? `${percent} % of ${size}` : size;
}

/** The one sentence that an operator looks for. */
function why(row: Listed): string | undefined {
  if (row.status === 'waiting') return waitingSentence(row);
  return row.status === 'failed' ? row.error?.detail : undefined;
}
