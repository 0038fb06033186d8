import type { Documents } from '../job/documents';
import type { Callback } from './callback';

/** What callbacks need from outside. */

/** Callbacks by the id of their upload or delivery; `open` holds those that are not over. */
export interface CallbackStore {
  readonly all: Documents<Callback>;
  readonly open: Documents<OpenCallback>;
}
export interface OpenCallback {
  readonly id: string;
  readonly kind: Callback['kind'];
  readonly at: number; // ms, of its acceptance
}

/** POSTs to addresses that callers name: never follows a redirect, never reaches a private address. Never throws. */
export interface CallbackSender {
  post(
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<
    | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: string; readonly date?: string }
    /** No answer in time, or a connection that broke. */
    | { readonly kind: 'none'; readonly why: string }
    /** It leads to an address that must not be called. */
    | { readonly kind: 'private'; readonly why: string }
  >;
}
