/**
 * The attachment's id from the final `Location` header: `…/Attachments('AAMk…=')` (Outlook) or `…/Attachments/AAMk…=`
 * (To Do), any case of the segment, percent-encoded or not. Ids are case-sensitive and come back decoded.
 * Undefined where it cannot be read: the attachment is then found by listing.
 */
export function parseAttachmentLocation(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  const path = location.split(/[?#]/, 1)[0] ?? '';
  const matches = [...path.matchAll(/\/attachments(?:\((?:'|%27)(.+?)(?:'|%27)\)|\/([^/]+))(?=\/|$)/gi)];
  const last = matches.at(-1);
  const encoded = last?.[1] ?? last?.[2];
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded; // a lone % is no encoding
  }
}
