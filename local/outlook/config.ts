import * as z from 'zod';
import { Mailboxes } from './mailboxTraits';
import { KEPT_NAMES, NameChanges } from './names';
import { OPERATIONS } from './operations';
import { type Rule, RULES } from './rules';
import { ValueRule } from './valueRules';
import { NotFoundFor } from './visibility';

const bytes = z.int().min(0);
const ms = z.number().min(0);

/** All that can be switched while it runs (PATCH /_/config); what is left out of a patch stays as it is. */
const shape = {
  /** Delay of an operation before it takes effect; `putLast` falls back to `put`. */
  latencyMs: z.partialRecord(z.enum(OPERATIONS), ms),
  sessionMinutes: z.number().positive(),
  sessionMinBytes: bytes,
  sessionMaxBytes: bytes,
  todoMaxBytes: bytes,
  rangeMaxBytes: bytes,
  jsonMaxBytes: bytes,
  /** All attachments of one item together; 0: no limit. A tenant's default would be 36700160. */
  messageMaxBytes: bytes,
  /** What GET on an upload URL answers: it is not documented for Outlook. */
  statusGet: z.enum(['json', '404', '405']),
  styles: z.strictObject({
    ranges: z.enum(['N', 'N-', 'N-M']),
    keys: z.enum(['mixed', 'pascal', 'camel']),
    location: z.enum(['parentheses', 'encoded', 'lower', 'plain']),
  }),
  throttling: z.strictObject({
    enabled: z.boolean(),
    concurrency: z.int().min(1),
    bytes,
    windowMs: z.number().positive(),
    retryAfter: z.enum(['integer', 'fractional', 'one', 'none']),
    /** Smaller bodies do not count: or the few bytes of a session's JSON would keep a file of 150 MiB out of its window. */
    freeBytes: bytes,
    /** Whether refused bytes count too: every 429 then costs a whole window. */
    countRefused: z.boolean(),
  }),
  /** Whether the upload host names an attachment by another id than the one that Graph lists as immutable. */
  ids: z.enum(['one', 'two']),
  /** Every fifth id holds `/` and `+`, as about one in five of a mailbox's does. */
  reservedIdCharacters: z.boolean(),
  /** Whether a draft's immutable id still names it once it was sent: both are reported. */
  immutableIdAfterSend: z.enum(['kept', 'gone']),
  /** Other statuses for refusals than the usual ones, by rule: which come is not established for many. */
  statuses: z.partialRecord(z.enum(Object.keys(RULES) as [Rule, ...Rule[]]), z.int().min(200).max(599)),
  /** How names are changed that attachments are given. */
  names: NameChanges,
  /** `$value`: what answers otherwise by size, always (the first rule that fits), and whether `Range` is taken. */
  value: z.strictObject({ rules: z.array(ValueRule), range: z.enum(['honoured', 'ignored']) }),
  /** Seconds for which operations do not find an item that is made from now on. */
  notFoundFor: NotFoundFor,
  /** Whether the later of two POSTs, last ranges or DELETEs that overlap on one item is refused (412). */
  conflicts: z.enum(['ignored', 'refused']),
  /** `delegatedOnly`: To Do sessions only for a person's token, as documented. */
  todoSession: z.enum(['anyone', 'delegatedOnly']),
  mailboxes: Mailboxes,
  /** How long after the 202 a sent draft stays in Drafts. */
  sendMovesAfterMs: ms,
  /** How long after that lists and searches show the sent copy. */
  sentSearchableAfterMs: ms,
  /** New attachments appear in lists only so much later. */
  listLagMs: ms,
  /** Attachments on one page of a list; 0: all. */
  listPageSize: z.int().min(0),
  /** A file without content type reads back as the service guesses it. */
  contentTypeSniffing: z.boolean(),
  /** To Do's reference page wraps a single attachment in `value`. */
  todoGetWrapped: z.boolean(),
};

/** Any part of the configuration; unknown words are refused. */
export const ConfigPatch = z
  .strictObject({
    ...shape,
    styles: shape.styles.partial(),
    names: shape.names.partial(),
    value: shape.value.partial(),
    throttling: shape.throttling.partial(),
  })
  .partial();

export type Config = z.infer<z.ZodObject<typeof shape>>;

export const DEFAULTS: Config = {
  latencyMs: {},
  sessionMinutes: 120,
  sessionMinBytes: 3_000_000,
  sessionMaxBytes: 157_286_400,
  todoMaxBytes: 26_214_400,
  rangeMaxBytes: 4_194_304,
  jsonMaxBytes: 4_194_304,
  messageMaxBytes: 0,
  statusGet: 'json',
  styles: { ranges: 'N', keys: 'mixed', location: 'parentheses' },
  throttling: {
    enabled: true,
    concurrency: 4,
    bytes: 157_286_400,
    windowMs: 300_000,
    retryAfter: 'integer',
    freeBytes: 4096,
    countRefused: false,
  },
  ids: 'two',
  reservedIdCharacters: false,
  immutableIdAfterSend: 'kept',
  statuses: {},
  names: KEPT_NAMES,
  value: { rules: [], range: 'ignored' },
  notFoundFor: {},
  conflicts: 'refused',
  todoSession: 'anyone',
  mailboxes: {},
  sendMovesAfterMs: 250,
  sentSearchableAfterMs: 0,
  listLagMs: 0,
  listPageSize: 0,
  contentTypeSniffing: false,
  todoGetWrapped: true,
};

/** The configuration with the patch in it. Throws a ZodError that names every fault. */
export function patched(config: Config, patch: unknown): Config {
  const { latencyMs, styles, throttling, names, value, mailboxes, statuses, ...rest } = ConfigPatch.parse(patch);
  return {
    ...config,
    ...rest,
    latencyMs: { ...config.latencyMs, ...latencyMs },
    styles: { ...config.styles, ...styles },
    names: { ...config.names, ...names },
    value: { ...config.value, ...value },
    mailboxes: { ...config.mailboxes, ...mailboxes },
    statuses: { ...config.statuses, ...statuses },
    throttling: { ...config.throttling, ...throttling },
  };
}
