const FLIPS = ['mailboxNotEnabled', 'mailboxNotDiscovered', 'mailboxInactive', undefined] as const;

/** What is kept of mailboxes in memory: how often they were asked while they flip, and when they sent. */
export class MailboxMemory {
  private readonly asked = new Map<string, number>();
  private readonly sends = new Map<string, number[]>();

  flip(owner: string): (typeof FLIPS)[number] {
    const asked = this.asked.get(owner) ?? 0;
    this.asked.set(owner, asked + 1);
    return FLIPS[asked % FLIPS.length];
  }

  sentSince(owner: string, since: number): number {
    return (this.sends.get(owner) ?? []).filter((at) => at > since).length;
  }

  sent(owner: string, at: number): void {
    this.sends.set(owner, [...(this.sends.get(owner) ?? []), at]);
  }

  clear(): void {
    this.asked.clear();
    this.sends.clear();
  }
}
