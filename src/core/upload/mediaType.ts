/**
 * A media type with its parameters, as RFC 9110 section 8.3.1 has it: ASCII only. Graph refuses others, and only once the
 * file is attached (400 UnableToDeserializePostBody).
 */
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const parameter = `[ \\t]*;[ \\t]*(${token}=(${token}|"[\\t\\x20-\\x7e]*"))?`;
export const mediaTypePattern = new RegExp(`^${token}/${token}(${parameter})*[ \\t]*$`);

/** The content type that a blob has, or the one of unknown bytes where it has none that can be passed on. */
export const contentTypeOf = (blobsOwn: string | undefined): string =>
  blobsOwn !== undefined && blobsOwn.length <= 255 && mediaTypePattern.test(blobsOwn)
    ? blobsOwn
    : 'application/octet-stream';
