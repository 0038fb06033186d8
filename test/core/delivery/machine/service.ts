import { factsWith } from '../../../../src/core/delivery/checkpoint';
import type { Facts } from '../../../../src/core/delivery/record';
import type { EndedUpload, Outcome, Progress, Step } from '../../../../src/core/delivery/machine/progress';
import type { Event } from '../../../../src/core/job/machine';
import { faultOf, isDoneAllTheSame } from './faults';
import { Mail, Mailbox } from './mailbox';
import type { Chance, Schedule } from './schedule';

const s = 1000;
export const settleMs = 60 * s;

export type Said = Outcome | Event;
export interface Upload {
  readonly id: string;
  endsAt?: number; // once it is started
  end?: EndedUpload;
}
/** What a call does when it comes through, now or later. */
interface Effect {
  readonly of?: 'send' | 'create';
  readonly run: (lagMs: number) => Said;
}

/** The service, the record and the uploads of one delivery: what each step does, and what goes wrong with it. */
export class Service {
  now: number;
  readonly mailbox: Mailbox;
  readonly uploads: readonly Upload[];
  readonly target: Mail | undefined;
  facts: Facts = { createsBegun: 0, sendsBegun: 0 };
  isCancelAsked = false;
  /** No file may be removed unseen between the list of the files and the send. */
  isProven = false;
  isLateCreate = false;
  isSendLost = false;
  private later: { at: number; run: () => void }[] = [];
  private faultsLeft: number;

  constructor(
    private readonly schedule: Schedule,
    private readonly chance: Chance,
    private readonly note: (text: string) => void,
    startedAt: number,
  ) {
    this.now = startedAt;
    this.faultsLeft = schedule.faults;
    this.mailbox = new Mailbox(schedule);
    const isThere = schedule.target === 'draft' || schedule.target === 'event';
    this.target = isThere ? this.mailbox.make(false, false, 0) : undefined;
    this.uploads = schedule.fates.map((_, index) => ({ id: `u${index + 1}` }));
  }

  pass(to: number): void {
    for (;;) {
      const due = this.later.filter(({ at }) => at <= to).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.later = this.later.filter((one) => one !== due);
      this.now = Math.max(this.now, due.at);
      due.run();
    }
    this.now = Math.max(this.now, to);
    for (const upload of this.uploads)
      if (upload.endsAt !== undefined && upload.endsAt <= this.now) this.endUpload(upload);
  }

  somebodyRemovesAFile(): void {
    const held = this.mailbox.mails.find(({ files }) => files.length > 0);
    if (held) this.note(`   somebody removes ${held.files.pop() ?? ''}`);
  }

  /** What the record keeps when a step passes the fence. */
  passFence(step: Step, p: Progress): void {
    this.facts = factsWith(this.facts, step, p, this.now);
  }

  perform(step: Step, p: Progress): Said {
    switch (step.do) {
      case 'readItem':
        return this.call({ run: () => ({ kind: 'item', heldBytes: 0 }) });
      case 'createDraft':
        return this.createDraft(step.isMarked);
      case 'findDraft':
        return this.known() ?? this.call({ run: () => this.findDraft() });
      case 'markDraft':
        return this.schedule.takesMarks ? this.call({ run: () => this.mark(p) }) : this.noMark();
      case 'startUpload':
      case 'checkUpload':
        return this.upload(step);
      case 'listFiles':
        return this.call({ run: () => this.list(p) });
      case 'sendMessage':
      case 'notifyAttendees':
        return this.send(step.do, p);
      case 'findSent':
        return this.call({ run: () => this.findSent(p) });
      case 'findNotified':
        return this.call({ run: () => this.findNotified(p) });
      case 'settleUploads':
        return this.settle();
      case 'takeBack':
        return this.call({ run: () => this.takeBack(p, step.uploadId) });
      case 'deleteDraft':
        return this.call({ run: () => this.deleteDraft(p) });
      case 'deleteExtraDrafts':
        return this.call({ run: () => this.sweep(step.keepsOurs) });
      case 'end':
        throw new Error('The end is no step to perform.');
    }
  }

  /** One call, or what goes wrong with it. */
  private call({ run, of }: Effect): Said {
    const { chance } = this;
    if (this.faultsLeft <= 0 || !chance.maybe(this.schedule.chance)) return run(0);
    this.faultsLeft--;
    const fault = faultOf(chance, of === 'send');
    const isDone = chance.maybe(0.5) && isDoneAllTheSame(fault, of === 'send');
    this.note(`   ${fault}${isDone ? ', done' : ''}`);
    if (fault === 'lag') return run(20 * s);
    if (fault === 'limit' && of !== 'send') return run(0);
    if (fault === 'late' && of !== undefined) {
      const afterMs = chance.pick(20, 75, 600) * s;
      if (of === 'create' && afterMs > settleMs) this.isLateCreate = true;
      this.later.push({ at: this.now + afterMs, run: () => void run(0) });
      return this.lost(of);
    }
    if (isDone) run(0);
    if (of === 'send' && fault !== 'crashed' && fault !== 'lost' && fault !== 'late') this.answered();
    switch (fault) {
      case 'throttled':
        return chance.maybe(0.5) ? { kind: 'throttled', retryAfterMs: 30 * s } : { kind: 'throttled' };
      case 'error':
        return { kind: 'unclear', isAnswered: true };
      case 'refused':
        return { kind: 'refused', problem: { code: 'AccessDenied', detail: 'No.' } };
      case 'limit':
        return { kind: 'refused', problem: { code: 'SendLimitExceeded', detail: 'Not today.' } };
      case 'lost':
      case 'late':
        return this.lost(of);
      case 'crashed':
        this.isSendLost ||= of === 'send';
        return { kind: fault };
      case 'itemNotFound':
      case 'notDone':
      case 'storageDown':
        return { kind: fault };
    }
  }

  /** An answer was read, or nothing was asked. */
  private answered(): void {
    const { createsBegun, sendsBegun } = this.facts;
    const rest = Object.entries(this.facts).filter(([name]) => name !== 'openSend');
    this.facts = { createsBegun, sendsBegun, ...Object.fromEntries(rest) };
  }

  private noMark(): Said {
    this.facts = { ...this.facts, takesNoMark: true };
    return { kind: 'noMark' };
  }

  private lost(of: Effect['of']): Said {
    if (of === 'send') this.isSendLost = true;
    return { kind: 'unclear' };
  }

  private itemOf(p: Progress): Mail | undefined {
    return p.item === null ? undefined : this.mailbox.byId(p.item, this.now);
  }

  private known(): Said | undefined {
    const { draft } = this.facts;
    return draft && { kind: 'drafted', item: draft.item, isMarked: draft.isMarked };
  }

  private createDraft(isMarked: boolean): Said {
    const known = this.known();
    if (known) return known;
    if (this.isCancelAsked) return { kind: 'cancelRequested' };
    if (isMarked && !this.schedule.takesMarks) return this.noMark();
    let isHeard = true;
    const said = this.call({
      of: 'create',
      run: (lagMs) => {
        const mail = this.mailbox.make(true, isMarked, this.now + lagMs);
        return isHeard ? this.adopt(mail) : { kind: 'unclear' };
      },
    });
    isHeard = false;
    return said;
  }

  private findDraft(): Said {
    const { mailbox, now } = this;
    const all = [...mailbox.marked('drafts', now), ...mailbox.marked('sent', now)];
    const mail = all.find(({ isOurs }) => isOurs);
    return mail ? this.adopt(mail) : { kind: 'absent' };
  }

  private adopt({ id, mark }: Mail): Said {
    const { facts } = this;
    if (facts.closed && !facts.draft) {
      this.mailbox.remove(id);
      return { kind: 'unclear' };
    }
    const draft = facts.draft ?? { id, item: id, isMarked: mark };
    this.facts = { ...facts, draft };
    if (draft.id !== id) this.mailbox.remove(id);
    return { kind: 'drafted', item: draft.item, isMarked: draft.isMarked };
  }

  private mark(p: Progress): Said {
    const mail = this.itemOf(p);
    if (!mail) return { kind: 'itemNotFound' };
    mail.mark = true;
    return { kind: 'marked' };
  }

  private upload(step: Extract<Step, { uploadId: string }>): Said {
    const upload = this.uploads.find(({ id }) => id === step.uploadId)!;
    const starts = step.do === 'startUpload' && !this.chance.maybe(0.1); // or its start is lost
    if (starts) upload.endsAt ??= this.now + this.chance.pick(1, 30, 400) * s;
    if (upload.end) return { kind: 'uploadEnded', upload: upload.end };
    return step.do === 'startUpload'
      ? { kind: 'started' }
      : { kind: 'uploadActive', isBegun: upload.endsAt !== undefined };
  }

  private endUpload(upload: Upload): void {
    if (upload.end) return;
    const fate = this.schedule.fates[this.uploads.indexOf(upload)]!;
    const { id } = upload;
    const mail = this.mailbox.byId(this.facts.draft?.id ?? this.target?.id ?? '', this.now);
    const isAttached = fate !== 'failed' && mail !== undefined;
    if (isAttached) mail.files.push(id);
    const proof = fate === 'attached' ? 'bytes' : fate === 'failed' ? 'none' : fate;
    upload.end = isAttached
      ? { id, name: `${id}.pdf`, status: 'succeeded', proof }
      : { id, name: `${id}.pdf`, status: 'failed', proof, problem: { code: 'AccessDenied', detail: 'No.' } };
  }

  private missingIn(held: readonly string[]): string[] {
    return this.uploads.map(({ id }) => id).filter((id) => !held.includes(id));
  }

  private list(p: Progress): Said {
    const mail = this.itemOf(p);
    if (!mail) return { kind: 'itemNotFound' };
    if (this.schedule.announces === 'send' && mail.movesAt <= this.now)
      return { kind: 'noDraft', isSendBegun: this.facts.sendsBegun > 0 };
    const missing = this.missingIn(mail.files);
    this.isProven = missing.length === 0;
    return { kind: 'listed', missing: missing.map((id) => `${id}.pdf`) };
  }

  private send(step: 'sendMessage' | 'notifyAttendees', p: Progress): Said {
    if (this.isCancelAsked || this.facts.closed) return { kind: 'cancelRequested' };
    if (step === 'notifyAttendees' && p.mark !== 'impossible' && !this.schedule.takesMarks) return this.noMark();
    if (this.schedule.losses !== 'no' && this.chance.maybe(0.1)) return { kind: 'crashed' }; // before its intent
    this.facts = { ...this.facts, sendsBegun: this.facts.sendsBegun + 1, openSend: 'i' };
    // what is removed while the request is on its way is nobody's fault
    const missing = this.missingIn(this.itemOf(p)?.files ?? []);
    return this.call({
      of: 'send',
      run: () => {
        if (step === 'sendMessage') this.mailbox.send(p.item ?? '', this.now, missing);
        else this.mailbox.notify(p.mark !== 'impossible');
        return { kind: 'sent', at: this.now };
      },
    });
  }

  /** By its mark, or by its internetMessageId where it has none. */
  private findSent(p: Progress): Said {
    const mail = this.mailbox.mails.find(({ id }) => id === p.item);
    if (mail && mail.movesAt <= this.now && mail.listedFrom <= this.now) return { kind: 'sent', at: mail.movesAt };
    return this.itemOf(p) ? this.unsent() : { kind: 'gone' };
  }

  private findNotified(p: Progress): Said {
    if (p.mark === 'impossible') return { kind: 'gone' };
    return this.mailbox.isNotified ? { kind: 'sent', at: this.now } : this.unsent();
  }

  private unsent(): Said {
    return { kind: 'unsent', isOpen: this.facts.openSend !== undefined };
  }

  private settle(): Said {
    for (const upload of this.uploads) {
      if (upload.end || (upload.endsAt !== undefined && this.chance.maybe(0.5))) continue;
      upload.end = { id: upload.id, name: `${upload.id}.pdf`, status: 'cancelled', proof: 'none' };
    }
    if (this.uploads.some(({ end }) => !end)) return { kind: 'uploadsActive' };
    const attached = this.uploads.filter(({ end }) => end?.status === 'succeeded');
    const isFixed = ({ id }: Upload): boolean => id === 'u3';
    const removable = attached.filter((one) => !isFixed(one)).map(({ id }) => ({ id, name: `${id}.pdf` }));
    return { kind: 'uploadsEnded', removable, fixed: attached.filter(isFixed).map(({ id }) => `${id}.pdf`) };
  }

  private takeBack(p: Progress, uploadId: string): Said {
    const mail = this.itemOf(p);
    if (mail && mail.movesAt <= this.now) return { kind: 'sentByOthers' };
    if (mail) mail.files = mail.files.filter((id) => id !== uploadId);
    return { kind: 'removed' };
  }

  private deleteDraft(p: Progress): Said {
    const mail = this.itemOf(p);
    if (mail && mail.movesAt <= this.now) return { kind: 'sentByOthers' };
    this.mailbox.remove(p.item ?? '');
    return { kind: 'removed' };
  }

  /** What carries no mark is told, not deleted. */
  private sweep(keepsOurs: boolean): Said {
    const extra = this.mailbox.mails.filter(
      ({ id, isOurs, listedFrom, movesAt }) =>
        isOurs && listedFrom <= this.now && movesAt > this.now && !(keepsOurs && id === this.facts.draft?.id),
    );
    for (const { id, mark } of extra) if (mark) this.mailbox.remove(id);
    return { kind: 'swept', leftBehind: extra.filter(({ mark }) => !mark).map(({ id }) => `perhaps draft ${id}`) };
  }
}
