import type { Mishap } from '../orchestrators/support/activityRun';

/** What the service is called for. */
export type Operation = 'list' | 'post' | 'create' | 'put' | 'status' | 'cancel' | 'metadata' | 'value' | 'remove';

/** What goes wrong with one call of the service. */
export type WireFault =
  /** Answered without doing anything. */
  | { readonly kind: 'answer'; readonly status: number; readonly code?: string; readonly retryAfter?: string }
  | { readonly kind: 'resetBefore' }
  /** Done, and the reply lost, or another one. */
  | { readonly kind: 'resetAfter' }
  | { readonly kind: 'timeoutAfter' }
  | { readonly kind: 'answerAfter'; readonly status: number }
  /** Lost now, done so much later, as if it had come then. */
  | { readonly kind: 'late'; readonly ms: number }
  /** Done, the reply lost, and what it attached is seen only so much later. */
  | { readonly kind: 'unseen'; readonly ms: number }
  /** Answered as ever, and what it attached is seen only so much later. */
  | { readonly kind: 'young'; readonly ms: number }
  /** Answered as ever, with a 201, and nothing is attached. */
  | { readonly kind: 'hollow' }
  /** From now on the item is not found for so long, though it is there. */
  | { readonly kind: 'hidden'; readonly ms: number }
  /** From now on DELETEs of sessions are refused for so long. */
  | { readonly kind: 'refuses'; readonly ms: number }
  /** A range in the middle is taken for the last one: what came so far is attached. */
  | { readonly kind: 'early' }
  /** Answered as ever; lists show what it attached only so much later. */
  | { readonly kind: 'lag'; readonly ms: number }
  | { readonly kind: 'partly'; readonly bytes: number }
  /** Takes nothing and says so with a 200. */
  | { readonly kind: 'sameOffset' }
  /** Takes the range, then misses a byte that it had. */
  | { readonly kind: 'holes' }
  | { readonly kind: 'expire' }
  | { readonly kind: 'corrupt' }
  | { readonly kind: 'noLocation' }
  | { readonly kind: 'noRanges' };

export type BlobFault = 'changed' | 'missing' | 'unreachable';
export type RecordFault = 'before' | 'after';
/** The platform loses the orchestration; `loseBare`: and no version reads its checkpoint; `stick`: it is alive and does nothing. */
export type Loss = 'lose' | 'vanish' | 'terminate' | 'loseBare' | 'stick';
/** Another version of the app is deployed (versions.ts), or the first one again. */
export type Deployment = 'deploySteps' | 'deployOrder' | 'deploySchema' | 'rollBack';
/** What happens to the whole at one moment. */
export type Happening = 'crash' | 'cancel' | 'cancelUnheard' | 'startAgain' | 'rotateKey' | Loss | Deployment;

/** One thing that goes wrong, and when: the nth call of its kind in a run, counted from 0. */
export type Fault =
  | { readonly on: 'wire'; readonly nth: number; readonly call: Operation; readonly do: WireFault }
  | { readonly on: 'blob'; readonly nth: number; readonly do: BlobFault }
  | { readonly on: 'records'; readonly nth: number; readonly do: RecordFault }
  | { readonly on: 'activity'; readonly nth: number; readonly do: Mishap }
  | { readonly on: 'moment'; readonly nth: number; readonly do: Happening };

export type On = Fault['on'];
type DoOf<K extends On> = Extract<Fault, { on: K }>['do'];

/** Of the records; what only reads changes nothing. */
export type Access = 'read' | 'write';
const reading: readonly string[] = ['list', 'metadata', 'value', 'status', 'read', ''] satisfies (
  Operation | Access | ''
)[];

/** Says at each occasion what goes wrong. */
export interface Faults {
  wire(operation: Operation): WireFault | undefined;
  blob(): BlobFault | undefined;
  records(access: Access): RecordFault | undefined;
  activity(): Mishap | undefined;
  moment(): Happening | undefined;
}

/** A place where something can go wrong, with the state of everything there (stateKey.ts). */
export type Occasion = { readonly key: string } & (
  | { readonly on: 'wire'; readonly nth: number; readonly call: Operation }
  | { readonly on: 'blob' | 'records' | 'moment'; readonly nth: number }
  /** The nth activity waits for I/O, the `at`th time; `changes`: the state of all but what it has read so far. */
  | { readonly on: 'activity'; readonly nth: number; readonly at: number; readonly changes: string }
);

/** Tells the state of everything between two steps, and how far the platform is with what is under way. */
export interface StateWatch {
  /** Which occasions are noted. */
  readonly notes: ReadonlySet<On>;
  state(): string;
  phase(): string;
}

/** Counts the occasions and asks `choose` at each; keeps what was chosen, so that the run can be repeated. */
export class FaultLog implements Faults {
  readonly chosen: Fault[] = [];
  readonly counts: Record<On, number> = { wire: 0, blob: 0, records: 0, activity: 0, moment: 0 };
  /** What the service was called for, in order. */
  readonly calls: Operation[] = [];
  /** Where somebody watches the state: all occasions since the last fault, in order. */
  readonly occasions: Occasion[] = [];
  /** And the states in which activities began since. */
  readonly states: string[] = [];
  watch: StateWatch | undefined;
  private come = 0;
  private state: string | undefined;
  /** What was done since, within the activity that is under way; what it changed. */
  private done = '';
  private changes = '';

  /** @param faults how many are to come, where that is known */
  constructor(
    private readonly choose: (on: On, nth: number, what: string) => Fault['do'] | undefined,
    private readonly faults = Infinity,
  ) {}

  wire(operation: Operation): WireFault | undefined {
    this.calls.push(operation);
    return this.next('wire', operation);
  }
  blob(): BlobFault | undefined {
    return this.next('blob', '');
  }
  records(access: Access): RecordFault | undefined {
    return this.next('records', access);
  }
  activity(): Mishap | undefined {
    return this.next('activity', '');
  }
  moment(): Happening | undefined {
    return this.next('moment', '');
  }

  /** Something was decided. */
  changed(): void {
    [this.state, this.done, this.changes] = [undefined, '', ''];
  }
  /** An activity begins. */
  begins(): void {
    this.changed();
    if (this.isWatched) this.states.push(this.key());
  }
  /** The nth activity waits for I/O, the `at`th time. */
  waits(nth: number, at: number): void {
    if (!this.notes('activity')) return;
    const key = this.key();
    this.occasions.push({ on: 'activity', nth, at, key, changes: `${this.state} ${this.changes}` });
  }
  /** The mishap that an activity was dispatched with has come. */
  came(): void {
    this.come++;
  }

  private next<K extends On>(on: K, what: string): DoOf<K> | undefined {
    const nth = this.counts[on]++;
    if (this.notes(on)) this.meet(on, nth, what);
    const chosen = this.choose(on, nth, what) as DoOf<K> | undefined;
    if (this.watch && on !== 'moment' && on !== 'activity')
      this.did(` ${on} ${what} ${JSON.stringify(chosen ?? '')}`, what);
    if (chosen !== undefined) this.chose(on, nth, what, chosen);
    return chosen;
  }

  private did(text: string, what: string): void {
    this.done += text;
    if (!reading.includes(what)) this.changes += text;
  }

  private chose(on: On, nth: number, what: string, chosen: Fault['do']): void {
    this.chosen.push({ on, nth, ...(on === 'wire' ? { call: what } : {}), do: chosen } as unknown as Fault);
    if (on !== 'activity' || (chosen as Mishap).kind === 'twice') this.came();
  }

  private meet(on: On, nth: number, call: string): void {
    if (on === 'wire') this.occasions.push({ on, nth, call: call as Operation, key: this.key() });
    else if (on === 'blob' || on === 'records') this.occasions.push({ on, nth, key: this.key() });
    else if (on === 'moment') this.occasions.push({ on, nth, key: `${this.key()} ${this.watch?.phase()}` });
  }

  private get isWatched(): boolean {
    return this.watch !== undefined && this.come >= this.faults;
  }

  private notes(on: On): boolean {
    return this.isWatched && this.watch?.notes.has(on) === true;
  }

  private key(): string {
    this.state ??= this.watch?.state() ?? '';
    return this.state + this.done;
  }
}

/** Exactly these; one that meets another call than it is for does nothing. */
export function scripted(faults: readonly Fault[]): FaultLog {
  return new FaultLog((on, nth, what) => {
    const fault = faults.find((one) => one.nth === nth && one.on === on);
    return fault?.on === 'wire' && fault.call !== what ? undefined : fault?.do;
  }, faults.length);
}
