/** What one check has found: a line. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'failed' | 'warning' | 'skipped';
  readonly detail: string;
  /** what to do about it */
  readonly fix?: string;
}

/** Findings come as they are made, so that a slow service can be seen waiting. */
export type Findings = AsyncGenerator<Finding, void>;

export const ok = (check: string, detail: string): Finding => ({ check, status: 'ok', detail });
export const failed = (check: string, detail: string, fix: string): Finding => ({
  check,
  status: 'failed',
  detail,
  fix,
});
export const warning = (check: string, detail: string, fix: string): Finding => ({
  check,
  status: 'warning',
  detail,
  fix,
});
export const skipped = (check: string, detail: string, fix?: string): Finding => ({
  check,
  status: 'skipped',
  detail,
  ...(fix === undefined ? {} : { fix }),
});
