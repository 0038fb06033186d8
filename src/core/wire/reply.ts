/**
 * What came back from the service, as a value: adapters make it, `failure.ts` and `success.ts` read it.
 * `json` is the parsed body where there is one; it may hold an upload URL and never leaves the activity.
 */
export type WireReply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly json?: unknown;
      readonly retryAfter?: string; // the header as it came
      readonly date?: string; // the service's clock, for a Retry-After that is a date
      readonly location?: string;
      readonly requestId?: string; // Microsoft's `request-id`
      readonly clientRequestId?: string; // ours, of the last attempt
    }
  | {
      readonly kind: 'fault';
      /**
       * reset: no whole answer; timeout: none in time; blocked: never sent (host not allowed); noToken: no credential;
       * redirected: answered with another address, which was not followed.
       */
      readonly fault: 'reset' | 'timeout' | 'blocked' | 'redirected' | 'noToken';
      /** Where a redirect leads: the host alone, never a path or query. */
      readonly host?: string;
      readonly detail?: string; // what and why, without a secret
      readonly clientRequestId?: string;
    };
