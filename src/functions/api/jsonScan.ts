/** Parsing goes to any depth, printing and comparing do not: they overflow the stack. */
export const deepest = 100;
/** A message with a thousand recipients has some six thousand. */
export const mostValues = 50_000;

const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openObject, openArray, closeObject, closeArray] = [0x7b, 0x5b, 0x7d, 0x5d];

/**
 * Whether JSON is deeper, or has more values, than anything that is asked for here: seen in its bytes in one pass, because
 * parsing and checking millions of values keeps the one thread busy for seconds. What is no JSON at all, the parser tells.
 */
export function jsonExcess(bytes: Uint8Array): 'tooDeep' | 'tooMany' | undefined {
  let depth = 0;
  let values = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at);
    else if (byte === openObject || byte === openArray) {
      depth += 1;
      values += 1;
      if (depth > deepest) return 'tooDeep';
    } else if (byte === closeObject || byte === closeArray) depth -= 1;
    else if (byte === comma) values += 1;
    if (values > mostValues) return 'tooMany';
  }
  return undefined;
}

/** The place of the quote that ends the string which begins here: one with an even number of backslashes before it. */
function endOfString(bytes: Uint8Array, start: number): number {
  for (let end = bytes.indexOf(quote, start + 1); end >= 0; end = bytes.indexOf(quote, end + 1)) {
    let backslashes = 0;
    while (bytes[end - 1 - backslashes] === backslash) backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
  return bytes.length;
}
