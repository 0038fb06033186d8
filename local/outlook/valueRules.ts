import * as z from 'zod';

/**
 * How `$value` of some sizes fails, always: a status (504 is reported above 35 MB:
 * https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1220), 200 with nothing
 * (https://github.com/microsoftgraph/msgraph-sdk-java/issues/1075) or 200 with a part. `minBytes` to `maxBytes`: what the
 * answer would hold, so that a range of a large file may pass.
 */
export const ValueRule = z.strictObject({
  minBytes: z.int().min(0).default(0),
  maxBytes: z.int().min(0).optional(),
  answer: z.enum(['fails', 'empty', 'prefix']),
  status: z.int().min(400).max(599).default(504),
  code: z.string().default('UnknownError'),
  afterMs: z.number().min(0).default(0),
  /** Of `prefix`; always at least a byte less than there are. */
  prefixBytes: z.int().min(0).default(0),
  /** Whether the short answer tells its own length; otherwise it comes in chunks. */
  tellsLength: z.boolean().default(true),
});
export type ValueRule = z.infer<typeof ValueRule>;
