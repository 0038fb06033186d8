import type { Callback } from '../api/types';
import type { Listed } from '../uploads/listing';
import { count, dateTime, fileSize } from '../words/format';
import { Attached } from './attached';
import { Copyable } from './copyable';
import { ResourceNotes } from './resourceNotes';
import { StateTag } from './stateTag';

/** Everything that the app tells about one of them. */
export function Details({ row }: { row: Listed }) {
  const isDelivery = 'uploads' in row;
  const facts: (readonly [string, string | null | undefined])[] = [
    ['Item', row.item],
    [isDelivery ? 'Delivery' : 'Upload', row.id],
    ['Of delivery', isDelivery ? undefined : row.delivery],
    ['File in storage', isDelivery ? undefined : row.blob],
    ['Retry of', row.retryOf],
  ];
  return (
    <div class="details">
      <ResourceNotes resource={row} isUnsent={isDelivery && row.send} />
      {!isDelivery && row.status === 'succeeded' && <Attached upload={row} />}
      <dl class="facts">
        {facts.map(([label, value]) =>
          value ? (
            <>
              <dt>{label}</dt>
              <dd>
                <Copyable value={value} what={label.toLowerCase()} />
              </dd>
            </>
          ) : null,
        )}
        {row.reference && <Fact label="Reference" value={row.reference} />}
        <Fact label="Came by" value={[row.source, row.requestedBy].filter(Boolean).join(', for ')} />
        {isDelivery && row.send && <Fact label="Sent" value={sentWords(row.sent, row.sentAt)} />}
        {row.callback && <Fact label="Callback" value={callbackWords(row.callback)} />}
        <Fact label="Begun" value={dateTime(row.createdAt)} />
        <Fact label="Last change" value={dateTime(row.updatedAt)} />
      </dl>
      {isDelivery && (
        <ul class="files">
          {row.uploads.map((upload) => (
            <li key={upload.id}>
              <div class="line">
                <span class="name">{upload.name}</span>
                <span class="fine">{fileSize(upload.size ?? 0)}</span>
                <StateTag resource={upload} />
              </div>
            </li>
          ))}
        </ul>
      )}
      {row.timeline && row.timeline.length > 0 && (
        <ol class="timeline" aria-label="What happened">
          {row.timeline.map(({ at, event, detail }, index) => (
            <li key={`${at}${index}`}>
              <time dateTime={at}>{new Date(at).toLocaleTimeString('en', { hourCycle: 'h23' })}</time>{' '}
              {eventWords(event)}
              {detail && <span class="fine"> {detail}</span>}
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

const Fact = ({ label, value }: { label: string; value: string }) => (
  <>
    <dt>{label}</dt>
    <dd>{value}</dd>
  </>
);

function sentWords(sent: boolean | null, at: string | undefined): string {
  if (sent === null) return 'Unknown: look into Sent Items';
  return sent ? `Yes${at ? `, ${dateTime(at)}` : ''}` : 'No';
}

function callbackWords({ status, attempts, lastStatus, nextAttemptAt }: Callback): string {
  if (status === 'delivered') return 'Delivered';
  if (attempts === 0) return 'Not yet: it is sent at the end';
  const answer = lastStatus === null ? 'no answer' : `answered ${lastStatus}`;
  const tried = `${count(attempts, 'attempt')}, ${answer}`;
  if (status === 'failed') return `Given up after ${tried}`;
  return `${tried}${nextAttemptAt ? `, next at ${dateTime(nextAttemptAt)}` : ''}`;
}

/** `sessionOpened` as "session opened". */
const eventWords = (event: string): string => event.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
