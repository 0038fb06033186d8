/**
 * The attachment's id from the final `Location` header: `…/Attachments('AAMk…=')` (Outlook) or `…/Attachments/AAMk…=`
 * (To Do), any case of the segment, percent-encoded or not. Ids are case-sensitive and come back decoded.
 * Undefined where it cannot be read: the attachment is then found by listing.
 */
export function parseAttachmentLocation(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  const path = location.split(/[?#]/, 1)[0] ?? '';
  const last = [...path.matchAll(/\/attachments(?=[(/])/gi)].at(-1);
  if (!last) return undefined;
  const rest = path.slice(last.index + last[0].length);
  const encoded = /^\((?:'|%27)(.+?)(?:'|%27)\)(?=\/|$)/i.exec(rest)?.[1] ?? bareId(rest);
  if (encoded === undefined) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded; // a lone % is no encoding
  }
}

/**
 * Ids may hold a `/` that somebody did not encode. What comes after a `=` is no part of one; otherwise nothing tells whether the
 * id goes on or another segment begins.
 */
function bareId(rest: string): string | undefined {
  const [before, id, ...more] = rest.replace(/\/+$/, '').split('/');
  if (before !== '' || id === undefined || id === '') return undefined;
  return more.length === 0 || /(=|%3D)$/i.test(id) || more[0]?.startsWith('$') ? id : undefined;
}
