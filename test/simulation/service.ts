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
import { listedBytes, readingOf, storedName, Traits } from './traits';

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
  /** The id that the upload host gives. */
  readonly hostId: string;
  /** Whose it is, which the service does not know: the upload that sent it, or a stranger. */
  readonly by: string;
  readonly item: string;
  readonly name: string;
  readonly bytes: Uint8Array;
  /** When the request was sent that attached it. */
  readonly sentAt: number;
  readonly attachedAt: number;
  readonly listedFrom: number;
  readonly valueFrom: number;
  /** Readings of its content so far: some services answer one of them wrongly. */
  reads: number;
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
  readonly traits?: Traits;
  readonly sessionMs: number;
  readonly rangeMaxBytes: number;
  /** What GET on an upload URL answers: not documented (docs/outlook-facts.md#session-status). */
  readonly statusAnswer: 200 | 404 | 405;
}

/** Outlook on a virtual clock: attachments of items, upload sessions, no HTTP. Effects are immediate; `deliver` adds the faults. */
export class ServiceModel {
  attachments: ModelAttachment[] = [];
  /** What was taken off an item. */
  readonly removed: ModelAttachment[] = [];
  /** What the service said that it attached, and did not. */
  readonly hollow: ModelAttachment[] = [];
  readonly sessions: ModelSession[] = [];
  /** What got no answer and is still to be done. */
  readonly late: Late[] = [];
  private made = 0;
  /** Until when the item is not found, though it is there. */
  hiddenUntil = 0;
  /** Until when a DELETE of a session is answered 401. */
  refusesUntil = 0;
  /** Commits that are under way now: what overlaps is refused by some services. */
  private commits: { readonly item: string; readonly until: number }[] = [];

  constructor(
    private readonly clock: VirtualClock,
    private readonly options: ServiceOptions,
  ) {}

  private begunAt: number | undefined;
  /** Does what a request asks for that was sent then. */
  sentAt(at: number, act: () => Wire): Wire {
    this.begunAt = at;
    try {
      return act();
    } finally {
      this.begunAt = undefined;
    }
  }

  /** Does a call with its fault: what it does, and what the caller hears. */
  deliver(fault: WireFault | undefined, call: string, act: (fault: WireFault | undefined) => Wire): Wire {
    if (fault?.kind === 'answer') {
      const answer = refusal(fault.status, fault.code ?? `Status${fault.status}`);
      return { ...answer, ...(fault.retryAfter === undefined ? {} : { retryAfter: fault.retryAfter }) };
    }
    if (fault?.kind === 'resetBefore') return reset;
    if (fault?.kind === 'hidden') this.hiddenUntil = this.clock.now + fault.ms;
    if (fault?.kind === 'refuses') this.refusesUntil = this.clock.now + fault.ms;
    if (this.clock.now < this.hiddenUntil && namesItem.has(call)) return notFound;
    if (this.clock.now < this.refusesUntil && call === 'cancel') return refusal(401, 'InvalidAudienceForResource');
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

  /** A commit on this item, for so long from now on. Says whether another one is under way in its middle. */
  commit(item: string, ms: number): () => boolean {
    const mine = { item, until: this.clock.now + ms };
    this.commits = [...this.commits.filter(({ until }) => until > this.clock.now), mine];
    return () =>
      this.options.traits?.overlap !== undefined &&
      this.commits.some((one) => one !== mine && one.item === item && one.until > this.clock.now);
  }

  list(item: string): Listed[] {
    const { now } = this.clock;
    return this.attachments.filter((one) => one.item === item && one.listedFrom <= now).map((one) => this.listed(one));
  }

  metadata(item: string, id: string): Listed | undefined {
    const one = this.find(item, id);
    return one && this.listed(one);
  }

  private listed({ id, name, bytes }: ModelAttachment): Listed {
    return { id, name, sizeBytes: listedBytes(bytes.length, this.options.traits?.sizes) };
  }

  /** What `$value` gives; undefined: 404. `never`: 504. */
  value(item: string, id: string): Uint8Array | 'never' | undefined {
    const one = this.find(item, id);
    return one && readingOf(one.bytes, one.reads++, this.options.traits?.value);
  }

  private find(item: string, id: string): ModelAttachment | undefined {
    return this.attachments.find(
      (one) => one.item === item && (one.id === id || one.hostId === id) && one.valueFrom <= this.clock.now,
    );
  }

  get now(): number {
    return this.clock.now;
  }
  /** Whether this is the attachment's content, and the attachment this upload's. */
  isTrueOf = (by: string, id: string, digest: string): boolean =>
    this.attachments.some(
      (one) => one.by === by && (one.id === id || one.hostId === id) && sha256(one.bytes) === digest,
    );

  post(by: string, item: string, name: string, bytes: Uint8Array, fault?: WireFault): Wire {
    const { id, name: stored } = this.attach(by, item, name, bytes, fault);
    return reply(201, fault?.kind === 'noLocation' ? {} : { id, name: stored, size: bytes.length + 158 });
  }

  create(by: string, item: string, name: string, size: number, fault?: WireFault): Wire {
    const no = ++this.made;
    const url = `https://outlook.office.com/api/v2.0/AttachmentSessions('${no}')?authtoken=${urlSecret}-${no}`;
    const expiresAt = this.clock.now + (fault?.kind === 'expire' ? 20_000 : this.options.sessionMs);
    const state = openSession('outlook', size, expiresAt);
    this.sessions.push({
      id: `S${no}`,
      by,
      item,
      name,
      url,
      isKnown: () => false,
      state,
      bytes: new Uint8Array(size),
    });
    return reply(201, {
      uploadUrl: url,
      expirationDateTime: new Date(expiresAt).toISOString(),
      nextExpectedRanges: ['0-'],
    });
  }

  itemOf = (url: string): string => this.sessions.find((one) => one.url === url)?.item ?? '';

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
    if (fault?.kind === 'early') return this.endsEarly(session, bytes, range);
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
    const { hostId } = this.attach(session.by, session.item, session.name, session.bytes, how);
    return fault?.kind === 'noLocation' ? reply(201) : { kind: 'reply', status: 201, location: locationOf(hostId) };
  }

  /** Takes what it has so far for the whole file. */
  private endsEarly(session: ModelSession, bytes: Uint8Array, range: { start: number; end: number }): Wire {
    session.bytes.set(bytes, range.start);
    session.state = cancelSession(session.state, this.clock.now) ?? session.state;
    const { hostId } = this.attach(session.by, session.item, session.name, session.bytes.slice(0, range.end + 1));
    return { kind: 'reply', status: 201, location: locationOf(hostId) };
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
    const found = this.attachments.find((one) => one.item === item && (one.id === id || one.hostId === id));
    if (!found) return notFound; // its word that it is gone: also of what cannot be read yet
    this.attachments = this.attachments.filter((one) => one !== found);
    this.removed.push(found);
    return reply(204);
  }

  /** Puts an attachment on an item. */
  attach(by: string, item: string, name: string, bytes: Uint8Array, fault?: WireFault): ModelAttachment {
    const stored = bytes.slice();
    if (fault?.kind === 'corrupt' && stored.length > 0) stored[0] = (stored[0] ?? 0) ^ 0xff;
    const { now } = this.clock;
    const isYoung = fault?.kind === 'unseen' || fault?.kind === 'young';
    const listedFrom = fault?.kind === 'lag' || isYoung ? now + fault.ms : now;
    const valueFrom = isYoung ? now + fault.ms : now;
    const id = `A${++this.made}=`;
    const hostId = this.options.traits?.twoIds ? `L${id}` : id;
    const kept = storedName(name, this.options.traits?.renames);
    const attachment = {
      id,
      hostId,
      by,
      item,
      name: kept,
      bytes: stored,
      sentAt: this.begunAt ?? now,
      attachedAt: now,
      listedFrom,
      valueFrom,
      reads: 0,
    };
    (fault?.kind === 'hollow' ? this.hollow : this.attachments).push(attachment);
    return attachment;
  }

  private wanted(session: ModelSession, fault?: WireFault): Wire {
    if (fault?.kind === 'noRanges') return reply(200, {});
    // keys in two cases within one body, as seen (docs/outlook-facts.md#key-case)
    return reply(200, {
      ExpirationDateTime: new Date(session.state.expiresAt).toISOString(),
      nextExpectedRanges: nextExpectedRanges(session.state, 'N-'),
    });
  }
}

export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly sizeBytes: number;
}
const locationOf = (id: string): string =>
  `https://outlook.office.com/api/v2.0/Users('o')/Messages('m')/Attachments('${id}')`;

/** Calls that are answered 404 while the item is hidden. A DELETE is not: its 404 is the service's word that it is gone. */
const namesItem: ReadonlySet<string> = new Set(['list', 'post', 'create', 'metadata', 'value']);

const reset: Wire = { kind: 'fault', fault: 'reset' };

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
