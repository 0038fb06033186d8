/** What was measured. `traits` are words of the stand-in's configuration (local/outlook/README.md). */
export interface Measured {
  readonly measuredAt: string;
  readonly service: string;
  readonly notes: string[];
  readonly traits: Traits;
  readonly findings: Finding[];
}
export interface Finding {
  readonly question: string;
  readonly answer: string;
}
export interface Traits {
  ids?: 'one' | 'two';
  sessionMinutes?: number;
  sessionMinBytes?: number;
  sessionMaxBytes?: number;
  jsonMaxBytes?: number;
  statusGet?: 'json' | '404' | '405';
  statuses?: Record<string, number>;
  names?: { trim?: boolean; compose?: boolean; replace?: boolean; cutTo?: number };
  value?: { range?: 'honoured' | 'ignored'; rules?: ValueRule[] };
  conflicts?: 'ignored' | 'refused';
}
export interface ValueRule {
  readonly minBytes: number;
  readonly answer: 'fails' | 'empty' | 'prefix';
  readonly status?: number;
}
