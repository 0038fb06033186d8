import { createHash } from 'node:crypto';
import {
  cancelSession,
  judgePut,
  nextExpectedRanges,
  openSession,
  phaseAt,
  SessionState,
  takeRange,
} from '../../local/outlook/uploadSessions';
import type { VirtualClock } from '../orchestrators/support/virtualClock';
import type { WireFault } from './faults';

/** A reply of the service, or none. The shape is the port's; the model shares no code with src/core. */
export type Wire =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly json?: unknown;
      readonly location?: string;
      readonly retryAfter?: string;
    }
  | { readonly kind: 'fault'; readonly fault: 'reset' | 'timeout' };

export interface ModelAttachment {
  readonly id: string;
  /** Whose it is, which the service does not know: the upload that sent it, or a stranger. */
  readonly by: string;
  readonly item: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly listedFrom: number;
  readonly valueFrom: number;
}
export interface ModelSession {
  readonly id: string;
  readonly by: string;
  readonly item: string;
  readonly name: string;
  readonly url: string;
  /** Whether the app can know of it: the reply came, and whoever got it lived on or had written it down. */
  isKnown: () => boolean;
  state: SessionState;
  bytes: Uint8Array;
}

export interface Late {
  readonly at: number;
  /** Which call, with what tells it from others of its kind. */
  readonly call: string;
}

/** In every upload URL: where it is found outside an activity, a secret has leaked. */
export const urlSecret = 'authtoken-of-a-session';

const reply = (status: number, json?: unknown): Extract<Wire, { kind: 'reply' }> =>
  json === undefined ? { kind: 'reply', status } : { kind: 'reply', status, json };
const refusal = (status: number, code: string): Extract<Wire, { kind: 'reply' }> =>
  reply(status, { error: { code, message: code } });
const notFound = refusal(404, 'ErrorItemNotFound');

export interface ServiceOptions {
  readonly sessionMs: number;
  readonly rangeMaxBytes: number;
  /** What GET on an upload URL answers: not documented (facts/outlook.md 2.3). */
  readonly statusAnswer: 200 | 404 | 405;
}

/** Outlook on a virtual clock: attachments of items, upload sessions, no HTTP. Effects are immediate; `deliver` adds the faults. */
export class ServiceModel {
  attachments: ModelAttachment[] = [];
  readonly sessions: ModelSession[] = [];
  /** What got no answer and is still to be done. */
  readonly late: Late[] = [];
  private made = 0;

  constructor(
    private readonly clock: VirtualClock,
    private readonly options: ServiceOptions,
  ) {}

  /** Does a call with its fault: what it does, and what the caller hears. */
  deliver(fault: WireFault | undefined, call: string, act: (fault: WireFault | undefined) => Wire): Wire {
    if (fault?.kind === 'answer') {
      const answer = refusal(fault.status, fault.code ?? `Status${fault.status}`);
      return { ...answer, ...(fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter }) };
    }
    if (fault?.kind === 'resetBefore') return reset;
    if (fault?.kind === 'late') {
      this.doLater(fault.ms, call, () => void act(undefined));
      return reset;
    }
    const answer = act(fault);
    if (fault?.kind === 'resetAfter' || fault?.kind === 'unseen') return reset;
    if (fault?.kind === 'timeoutAfter') return { kind: 'fault', fault: 'timeout' };
    return fault?.kind === 'answerAfter' ? refusal(fault.status, 'ErrorInternal') : answer;
  }

  private doLater(ms: number, call: string, act: () => void): void {
    const one = { at: this.clock.now + ms, call };
    this.late.push(one);
    this.clock.after(ms, () => {
      this.late.splice(this.late.indexOf(one), 1);
      act();
    });
  }

  list(item: string): { id: string; name: string }[] {
    return this.attachments
      .filter((one) => one.item === item && one.listedFrom <= this.clock.now)
      .map(({ id, name }) => ({ id, name }));
  }

  value(item: string, id: string): Uint8Array | undefined {
    return this.attachments.find((one) => one.item === item && one.id === id && one.valueFrom <= this.clock.now)?.bytes;
  }

  post(by: string, item: string, name: string, bytes: Uint8Array, fault?: WireFault): Wire {
    const { id } = this.attach(by, item, name, bytes, fault);
    return reply(201, fault?.kind === 'noLocation' ? {} : { id, name, size: bytes.length + 158 });
  }

  create(by: string, item: string, name: string, size: number, fault?: WireFault): Wire {
    const no = ++this.made;
    const url = `https://outlook.office.com/api/v2.0/AttachmentSessions('${no}')?authtoken=${urlSecret}-${no}`;
    const expiresAt = this.clock.now + (fault?.kind === 'expire' ? 20_000 : this.options.sessionMs);
    const state = openSession('outlook', size, expiresAt);
    this.sessions.push({ id: `S${no}`, by, item, name, url, isKnown: () => false, state, bytes: new Uint8Array(size) });
    return reply(201, {
      uploadUrl: url,
      expirationDateTime: new Date(expiresAt).toISOString(),
      nextExpectedRanges: ['0-'],
    });
  }

  put(url: string, range: { start: number; end: number }, total: number, bytes: Uint8Array, fault?: WireFault): Wire {
    const session = this.sessions.find((one) => one.url === url);
    if (!session) return notFound;
    if (fault?.kind === 'expire') session.state = { ...session.state, expiresAt: this.clock.now };
    const headers = {
      contentRange: `bytes ${range.start}-${range.end}/${total}`,
      contentLength: `${bytes.length}`,
      contentType: 'application/octet-stream',
    };
    const verdict = judgePut(session.state, headers, this.clock.now, this.options.rangeMaxBytes);
    if (!verdict.ok) return verdict.rule === 'sessionEnded' ? notFound : refusal(416, 'invalidRange');
    if (fault?.kind === 'sameOffset') return this.wanted(session, fault);
    const acceptOnly = fault?.kind === 'partly' ? fault.bytes : undefined;
    const kept = bytes.slice(0, acceptOnly);
    if (fault?.kind === 'corrupt') kept[0] = (kept[0] ?? 0) ^ 0xff;
    session.bytes.set(kept, range.start);
    const missingRanges = fault?.kind === 'holes' ? ([[0, 0]] as const) : undefined;
    session.state = takeRange(session.state, range, {
      ...(acceptOnly === undefined ? {} : { acceptOnly }),
      ...(missingRanges ? { missingRanges } : {}),
    });
    if (session.state.phase !== 'completed') return this.wanted(session, fault);
    const how = fault?.kind === 'corrupt' ? undefined : fault; // done already
    const { id } = this.attach(session.by, session.item, session.name, session.bytes, how);
    const location = `https://outlook.office.com/api/v2.0/Users('o')/Messages('m')/Attachments('${id}')`;
    return fault?.kind === 'noLocation' ? reply(201) : { kind: 'reply', status: 201, location };
  }

  status(url: string): Wire {
    const session = this.sessions.find((one) => one.url === url);
    if (!session || this.options.statusAnswer === 404) return notFound;
    if (this.options.statusAnswer === 405) return refusal(405, 'ErrorMethodNotAllowed');
    return phaseAt(session.state, this.clock.now) === 'open' ? this.wanted(session) : notFound;
  }

  cancel(url: string): Wire {
    const session = this.sessions.find((one) => one.url === url);
    const cancelled = session && cancelSession(session.state, this.clock.now);
    if (!session || !cancelled) return notFound;
    session.state = cancelled;
    return reply(204);
  }

  remove(item: string, id: string): Wire {
    if (this.value(item, id) === undefined) return notFound;
    this.attachments = this.attachments.filter((one) => one.id !== id);
    return reply(204);
  }

  /** Puts an attachment on an item. */
  attach(by: string, item: string, name: string, bytes: Uint8Array, fault?: WireFault): ModelAttachment {
    const stored = bytes.slice();
    if (fault?.kind === 'corrupt' && stored.length > 0) stored[0] = (stored[0] ?? 0) ^ 0xff;
    const { now } = this.clock;
    const listedFrom = fault?.kind === 'lag' || fault?.kind === 'unseen' ? now + fault.ms : now;
    const valueFrom = fault?.kind === 'unseen' ? now + fault.ms : now;
    const attachment = { id: `A${++this.made}=`, by, item, name, bytes: stored, listedFrom, valueFrom };
    this.attachments.push(attachment);
    return attachment;
  }

  private wanted(session: ModelSession, fault?: WireFault): Wire {
    if (fault?.kind === 'noRanges') return reply(200, {});
    // keys in two cases within one body, as seen (facts/outlook.md 2.2)
    return reply(200, {
      ExpirationDateTime: new Date(session.state.expiresAt).toISOString(),
      nextExpectedRanges: nextExpectedRanges(session.state, 'N-'),
    });
  }
}

const reset: Wire = { kind: 'fault', fault: 'reset' };

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
