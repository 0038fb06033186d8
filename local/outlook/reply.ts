/** An answer before it is on the wire; at most one of `json`, `text` and `file`. `length` in bytes. */
export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly json?: unknown;
  readonly text?: string;
  readonly file?: { readonly path: string; readonly start?: number; readonly length: number };
  /** Comes in chunks, without a length. */
  readonly chunked?: boolean;
}

/** How much of a reply is sent: faults lose some of it. */
export type Delivery = 'whole' | 'half' | 'none';
