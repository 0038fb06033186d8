/** What a blob's name in the outbox says: `<item>/<file name>`, the item as in a request, the file's name literally. */
export function splitOutboxName(blobName: string): { readonly item: string; readonly fileName: string } {
  const slash = blobName.lastIndexOf('/');
  return { item: blobName.slice(0, Math.max(slash, 0)), fileName: blobName.slice(slash + 1) };
}

/** The names of the options in a blob's metadata, and the request's fields that they stand for. */
const optionFields = { name: 'name', contentid: 'contentId', isinline: 'isInline', reference: 'reference' } as const;

/**
 * The request's fields that a blob's metadata sets; names compare without case, as storage keeps them. What is no option is
 * somebody else's. Values are as they were written, but for `isinline`, whose `true` and `false` are meant.
 */
export function outboxOptions(metadata: Readonly<Record<string, string>>): Record<string, string | boolean> {
  const options: Record<string, string | boolean> = {};
  for (const [name, text] of Object.entries(metadata)) {
    const option = name.toLowerCase();
    if (!isOption(option)) continue;
    const truth = /^(true)$|^false$/i.exec(text);
    options[optionFields[option]] = option === 'isinline' && truth ? truth[1] !== undefined : text;
  }
  return options;
}

const isOption = (name: string): name is keyof typeof optionFields => Object.hasOwn(optionFields, name);
