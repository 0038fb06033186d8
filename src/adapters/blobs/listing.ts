import { BlobItem, ContainerClient, RestError } from '@azure/storage-blob';

/** Says that names below a prefix are not listed. */
export type Unlisted = (prefix: string) => void;

/** A page is parsed in one go, in which nothing else runs. */
const pageSize = 1000;
/** One search's requests: what then is not found is left out. */
const mostRequests = 3_000;

/**
 * Azurite cannot write a name into its XML that holds a character which XML 1.0 cannot hold: it answers 500 for each page with
 * such a name. Azure encodes these names.
 */
export const cannotBeWritten = (error: unknown): boolean =>
  error instanceof RestError &&
  error.statusCode === 500 &&
  /^Azurite/.test(error.response?.headers.get('server') ?? '');

const characters = ['\t', '\n', '\r', ...Array.from({ length: 0x7f - 0x20 }, (_, n) => String.fromCharCode(0x20 + n))];

/**
 * Lists what can be listed beside a name that stops the listing: folder by folder, and in the folder with that name character
 * by character.
 */
export class ListingApart {
  private requests = 0;
  private told = 0;

  /** @param container whose requests are tried once: a page that cannot be written never can */
  constructor(
    private readonly container: ContainerClient,
    private readonly options: { readonly includeMetadata: boolean; readonly abortSignal: AbortSignal },
    private readonly unlisted: Unlisted,
  ) {}

  async below(prefix: string): Promise<BlobItem[]> {
    const whole = await this.flat(prefix);
    if (whole) return whole;
    if (this.requests > mostRequests) return this.without(prefix);
    const folder = await this.folder(prefix);
    if (!folder) return this.byCharacter(prefix);
    const found = [...folder.blobs];
    for (const name of folder.folders) found.push(...(await this.below(name)));
    return found;
  }

  private async byCharacter(prefix: string): Promise<BlobItem[]> {
    const [own] = (await this.flat(prefix, { pages: 1, size: 1 })) ?? []; // first of all that begin with it
    const found = own?.name === prefix ? [own] : [];
    const toldBefore = this.told;
    for (const character of characters) found.push(...(await this.below(prefix + character)));
    const others = await this.flat(prefix, { after: `${prefix}\x7f` });
    if (!others || this.told === toldBefore) this.without(prefix); // a longer prefix says more
    return [...found, ...(others ?? [])];
  }

  private without(prefix: string): [] {
    this.told += 1;
    this.unlisted(prefix);
    return [];
  }

  /** All that begin with a prefix; undefined where that cannot be written. */
  private flat(
    prefix: string,
    { after, pages = Infinity, size = pageSize }: { after?: string; pages?: number; size?: number } = {},
  ): Promise<BlobItem[] | undefined> {
    return this.written(async () => {
      const found: BlobItem[] = [];
      const settings = { maxPageSize: size, ...(after === undefined ? {} : { continuationToken: after }) };
      let read = 0;
      for await (const { segment } of this.container.listBlobsFlat({ ...this.options, prefix }).byPage(settings)) {
        found.push(...segment.blobItems);
        if (++read === pages) break;
      }
      return found;
    });
  }

  private folder(prefix: string): Promise<{ blobs: BlobItem[]; folders: string[] } | undefined> {
    return this.written(async () => {
      const [blobs, folders]: [BlobItem[], string[]] = [[], []];
      for await (const item of this.container.listBlobsByHierarchy('/', { ...this.options, prefix })) {
        if (item.kind === 'prefix') folders.push(item.name);
        else blobs.push(item);
      }
      return { blobs, folders };
    });
  }

  private async written<T>(list: () => Promise<T>): Promise<T | undefined> {
    this.requests += 1;
    try {
      return await list();
    } catch (error) {
      if (cannotBeWritten(error)) return undefined;
      throw error;
    }
  }
}
