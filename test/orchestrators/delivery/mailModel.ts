import type { VirtualClock } from '../support/virtualClock';

/** What goes wrong with one call: answered so, done or not; done and the answer lost; done only so much later; not listed yet. */
export type MailFault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly code?: string;
      readonly retryAfter?: string;
      readonly isDone?: true;
    }
  | { readonly kind: 'resetBefore' }
  | { readonly kind: 'resetAfter' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'lag'; readonly ms: number };

export type Wire =
  | { readonly kind: 'reply'; readonly status: number; readonly json?: unknown; readonly retryAfter?: string }
  | { readonly kind: 'fault'; readonly fault: 'reset' };

interface Message {
  readonly id: string;
  mark: string | undefined;
  folder: 'drafts' | 'sentitems';
  sends: number;
  movesAt: number | undefined;
  readonly listedFrom: number;
}

const notFound: Wire = { kind: 'reply', status: 404 };

/** A mailbox: drafts, marks, sends that move the message some time after the 202, attachments by the upload that made them. */
export class MailModel {
  readonly messages: Message[] = [];
  attachments: { readonly id: string; readonly message: string; readonly by: string }[] = [];
  /** Sends and drafts, whatever became of the message. */
  sends = 0;
  private made = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly movesAfterMs: number,
  ) {}

  deliver(fault: MailFault | undefined, act: (fault: MailFault | undefined) => Wire): Wire {
    switch (fault?.kind) {
      case 'answer': {
        const { status, code = `Status${status}`, retryAfter } = fault;
        if (fault.isDone) act(undefined);
        const json = { error: { code, message: '' } };
        return { kind: 'reply', status, json, ...(retryAfter === undefined ? {} : { retryAfter }) };
      }
      case 'resetBefore':
        return { kind: 'fault', fault: 'reset' };
      case 'resetAfter':
        act(undefined);
        return { kind: 'fault', fault: 'reset' };
      case 'late':
        this.clock.after(fault.ms, () => void act(undefined));
        return { kind: 'fault', fault: 'reset' };
      case 'lag':
      case undefined:
        return act(fault);
    }
  }

  /** A draft of the user's own. */
  draft(mark?: string, listedFrom = 0): Message {
    const message: Message = {
      id: `M${++this.made}=`,
      mark,
      folder: 'drafts',
      sends: 0,
      movesAt: undefined,
      listedFrom,
    };
    this.messages.push(message);
    return message;
  }

  create(body: string, fault: MailFault | undefined): Wire {
    const { singleValueExtendedProperties } = JSON.parse(body) as Marked;
    const lag = fault?.kind === 'lag' ? fault.ms : 0;
    const { id } = this.draft(singleValueExtendedProperties.at(-1)?.value, this.clock.now + lag);
    return { kind: 'reply', status: 201, json: { id, isDraft: true } };
  }

  patch(id: string, body: string): Wire {
    const message = this.find(id);
    if (!message) return notFound;
    message.mark = (JSON.parse(body) as Marked).singleValueExtendedProperties.at(-1)?.value;
    return { kind: 'reply', status: 200, json: {} };
  }

  send(id: string): Wire {
    const message = this.find(id);
    if (!message) return notFound;
    if (message.folder !== 'drafts') return { kind: 'reply', status: 400, json: { error: { code: 'ErrorInvalid' } } };
    message.sends++;
    this.sends++;
    message.movesAt ??= this.clock.now + this.movesAfterMs;
    return { kind: 'reply', status: 202 };
  }

  /** A person sends it in Outlook. */
  sendByHand(id: string): void {
    const message = this.find(id);
    if (message) message.movesAt ??= this.clock.now;
  }

  find(id: string): Message | undefined {
    for (const message of this.messages)
      if (message.movesAt !== undefined && message.movesAt <= this.clock.now) message.folder = 'sentitems';
    return this.messages.find((message) => message.id === id);
  }

  marked(folder: 'drafts' | 'sentitems', mark: string): Message[] {
    this.find('');
    return this.messages.filter(
      (one) => one.folder === folder && one.mark === mark && one.listedFrom <= this.clock.now,
    );
  }

  remove(id: string): Wire {
    const at = this.messages.findIndex((message) => message.id === id);
    if (at < 0) return notFound;
    this.messages.splice(at, 1);
    this.attachments = this.attachments.filter(({ message }) => message !== id);
    return { kind: 'reply', status: 204 };
  }

  attach(message: string, by: string): string | undefined {
    if (!this.find(message)) return undefined;
    const id = `A${++this.made}=`;
    this.attachments.push({ id, message, by });
    return id;
  }

  listed(message: string): { id: string; name: string; sizeBytes: number }[] {
    return this.attachments
      .filter((one) => one.message === message)
      .map(({ id, by }) => ({ id, name: `${by}.pdf`, sizeBytes: 20_000_000 }));
  }

  removeAttachment(id: string): Wire {
    if (!this.attachments.some((one) => one.id === id)) return notFound;
    this.attachments = this.attachments.filter((one) => one.id !== id);
    return { kind: 'reply', status: 204 };
  }
}

interface Marked {
  readonly singleValueExtendedProperties: { readonly value: string }[];
}
