import { createHash, randomBytes } from 'node:crypto';
import type { HeldAttachment, NewItem } from '../../local/parts/outlookControl';
import { type Begun, type Ended, FaultsWorld, type Script, smallBytes } from './faultsWorld';

/** A file on its way, in a mailbox of its own unless it says where. */
export interface Wanted {
  readonly bytes?: number;
  readonly name?: string;
  /** The mailbox: `users/megan@contoso.com`. */
  readonly mailbox?: string;
  readonly made?: NewItem;
  readonly scripts?: readonly Script[];
}
export interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly item: string | null;
  readonly sent: boolean | null;
  readonly uploads: readonly Ended[];
  readonly warnings: readonly { readonly code: string }[];
  readonly error?: { readonly code: string; readonly detail: string };
}
export interface HeldMessage {
  readonly immutableId: string;
  readonly isDraft: boolean;
  readonly sends: number;
  readonly props: { readonly subject?: string };
}
interface Request {
  readonly op: string;
  readonly item?: string;
  readonly status: number;
}

export const toRecipients = [{ emailAddress: { address: 'alex@contoso.com' } }];

/** The app and the stand-in as FaultsWorld has them, with what the reports about the service need. */
export class ReportedWorld extends FaultsWorld {
  private count = 0;

  static async open(settings: Record<string, string>): Promise<ReportedWorld> {
    const { app } = await FaultsWorld.start(settings);
    return new ReportedWorld(app);
  }

  unique(): number {
    return ++this.count;
  }

  async blob(bytes = smallBytes): Promise<{ blob: string; sha256: string }> {
    const content = randomBytes(bytes);
    const blob = await this.app.putBlob('uploads', `reported${this.unique()}.bin`, content);
    return { blob, sha256: createHash('sha256').update(content).digest('hex') };
  }

  async start({ bytes, name, mailbox, made, scripts = [] }: Wanted): Promise<Begun> {
    const item = await this.app.outlook.createItem(
      `${mailbox ?? `users/own${this.unique()}@contoso.com`}/messages`,
      made,
    );
    return this.startAt(item, { ...(bytes === undefined ? {} : { bytes }), ...(name ? { name } : {}), scripts });
  }

  async startAt(item: string, { bytes, name, scripts = [] }: Wanted = {}): Promise<Begun> {
    const file = await this.blob(bytes);
    if (scripts.length > 0) await this.script(item, scripts);
    const { id } = await this.app.createUpload({ blob: file.blob, item, ...(name ? { name } : {}) });
    return { id, item, ...file };
  }

  async script(item: string, scripts: readonly Script[]): Promise<void> {
    await this.app.faults(
      ...scripts.map(({ do: effect, times, forSeconds, ...on }) => ({
        on: { ...on, item },
        ...(times ? { times } : {}),
        ...(forSeconds ? { forSeconds } : {}),
        do: effect,
      })),
    );
  }

  async only(begun: Begun): Promise<HeldAttachment> {
    const held = await this.app.attachmentsOf(begun.item);
    expect(held).toMatchObject([{ sha256: begun.sha256 }]);
    return held[0]!;
  }

  /** Requests about an item, by what was asked. */
  async requests(item: string): Promise<Request[]> {
    const { value } = (await this.app.outlook.call('GET', 'requests')) as { value: Request[] };
    return value.filter((one) => one.item !== undefined && item.endsWith(one.item.split('/').at(-1)!));
  }

  /** A draft that somebody made, with a recipient. */
  async draft(subject: string, mailbox = `users/own${this.unique()}@contoso.com`): Promise<string> {
    return this.app.outlook.createItem(`${mailbox}/messages`, { props: { subject, toRecipients } });
  }

  async deliver(request: Record<string, unknown>): Promise<string> {
    const { status, body } = await this.app.call<Delivery>('POST', '/api/deliveries', request);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  async delivered(id: string): Promise<Delivery> {
    return this.untilDelivery(id, ({ status }) => ['succeeded', 'failed', 'cancelled'].includes(status));
  }

  async untilDelivery(id: string, enough: (now: Delivery) => boolean): Promise<Delivery> {
    const giveUpAt = Date.now() + 200_000;
    for (let headers = {}, last = ''; ;) {
      const {
        status,
        body,
        headers: said,
      } = await this.app.call<Delivery>('GET', `/api/deliveries/${id}`, undefined, headers);
      if (status === 200 && enough(body)) return body;
      if (status === 200) last = JSON.stringify(body);
      if (Date.now() > giveUpAt) throw new Error(`It never came: ${last}`);
      headers = { Prefer: 'wait=5', 'If-None-Match': said.get('etag') ?? '' };
    }
  }

  async messages(subject: string): Promise<HeldMessage[]> {
    const items = (await this.app.outlook.items()) as unknown as HeldMessage[];
    return items.filter(({ props }) => props.subject === subject);
  }
}
