/** What a mailbox may be like, beside ordinary. */
import * as z from 'zod';

const shape = {
  /**
   * `notInExchangeOnline` and `flipping` (each time another code, every fourth time none) are on-premises, unlicensed or
   * deleted mailboxes: https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/4341.
   */
  state: z.enum(['ordinary', 'notInExchangeOnline', 'flipping', 'moving', 'full']),
  /** In which shape a full mailbox says so. */
  fullAs: z.enum(['403', '403store', '413', '507', '500folder']),
  /** `exhausted`: no new named property (https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/3504). */
  namedProperties: z.enum(['free', 'exhausted']),
  sendAs: z.enum(['allowed', 'denied']),
  /** Messages in 24 hours; 0: no limit. */
  sendsPerDay: z.int().min(0),
  sendLimitStatus: z.enum(['400', '403', '429']),
};

export const MailboxTraits = z.strictObject(shape).partial();
type Traits = z.infer<z.ZodObject<typeof shape>>;

const ORDINARY: Traits = {
  state: 'ordinary',
  fullAs: '403',
  namedProperties: 'free',
  sendAs: 'allowed',
  sendsPerDay: 0,
  sendLimitStatus: '429',
};

/** By mailbox (`users/megan@contoso.com`); `*` is every mailbox that is not named. */
export const Mailboxes = z.record(z.string().toLowerCase(), MailboxTraits);

export function traitsOf(mailboxes: z.infer<typeof Mailboxes>, owner: string): Traits {
  return { ...ORDINARY, ...(mailboxes[owner.toLowerCase()] ?? mailboxes['*']) };
}
