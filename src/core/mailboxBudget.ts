/** Pacing of one mailbox. */
export interface MailboxState {
  readonly todo: true;
}
