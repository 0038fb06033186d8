import type { Upload } from '../api/types';
import { Copyable } from './copyable';

/** What the file became: its id at the item, its hash, and whether it was compared. */
export function Attached({ upload: { name, attachment, removedAt } }: { upload: Upload }) {
  if (removedAt) return <p class="fine">It was removed from the item again.</p>;
  if (!attachment) return null;
  return (
    <dl class="facts">
      {attachment.name !== undefined && attachment.name !== name && (
        <>
          <dt>Name there</dt>
          <dd>{attachment.name}</dd>
        </>
      )}
      {attachment.id !== null && (
        <>
          <dt>Attachment</dt>
          <dd>
            <Copyable value={attachment.id} what="the attachment’s id" />
          </dd>
        </>
      )}
      {attachment.sha256 !== null && (
        <>
          <dt>SHA-256</dt>
          <dd>
            <Copyable value={attachment.sha256} what="the SHA-256" />
          </dd>
        </>
      )}
      <dt>Checked</dt>
      <dd>
        {attachment.verified
          ? 'Read back, and the same byte for byte'
          : 'Attached, but it could not be read back. Open it once.'}
      </dd>
    </dl>
  );
}
