/** A small model of a mailbox: what a delivery can do to it, and what people see of that, and when. */

export interface Mail {
  readonly id: string;
  readonly isOurs: boolean; // made by the delivery
  mark: boolean;
  readonly listedFrom: number;
  sends: number;
  /** From then on it is in Sent Items, and no draft. */
  movesAt: number;
  files: string[];
}

export interface MailTraits {
  /** Between the 202 and the move to Sent Items. */
  readonly movesAfterMs: number;
  readonly idAfterSend: 'kept' | 'gone';
}

export class Mailbox {
  readonly mails: Mail[] = [];
  sends = 0;
  readonly sentWithout: string[] = [];
  notifications = 0;
  isNotified = false;
  private made = 0;

  constructor(private readonly traits: MailTraits) {}

  make(isOurs: boolean, mark: boolean, listedFrom: number): Mail {
    const mail = { id: `M${++this.made}`, isOurs, mark, listedFrom, sends: 0, movesAt: Infinity, files: [] };
    this.mails.push(mail);
    return mail;
  }

  /** By its id; undefined where it was deleted, or where its id went with the move. */
  byId(id: string, now: number): Mail | undefined {
    const mail = this.mails.find((one) => one.id === id);
    return mail && this.traits.idAfterSend === 'gone' && mail.movesAt <= now ? undefined : mail;
  }

  marked(folder: 'drafts' | 'sent', now: number): Mail[] {
    return this.mails.filter(
      ({ mark, listedFrom, movesAt }) => mark && listedFrom <= now && movesAt <= now === (folder === 'sent'),
    );
  }

  /** `missing`: files that were not there when it was asked to send. */
  send(id: string, now: number, missing: readonly string[]): void {
    const mail = this.byId(id, now);
    if (!mail || mail.movesAt <= now) return;
    mail.sends++;
    this.sends++;
    mail.movesAt = Math.min(mail.movesAt, now + this.traits.movesAfterMs);
    this.sentWithout.push(...missing);
  }

  notify(marks: boolean): void {
    this.notifications++;
    this.isNotified ||= marks;
  }

  remove(id: string): void {
    const at = this.mails.findIndex((one) => one.id === id);
    if (at >= 0) this.mails.splice(at, 1);
  }
}
