import type { Api } from '../api/client';
import { problemOf } from '../api/problemError';
import type { Target } from '../batches/batch';
import { Observable } from '../observable';
import { itemName } from '../words/itemNames';
import { type PathCheck, PathChecker } from './pathCheck';
import { RecentItems } from './recentItems';
import { addressesIn, asPath, mailboxPath, pathProblem } from './typedPath';

export type Mode = 'recent' | 'draft' | 'path';
export type Field = 'mailbox' | 'item' | 'to' | 'path';
const typingPauseMs = 400;
const mailboxName = 'blob-to-outlook.mailbox';

/** Where the files are to go, as far as it has been told. It changes whenever its recent items do. */
export class TargetForm extends Observable {
  mode: Mode = 'recent';
  mailbox = localStorage.getItem(mailboxName) ?? '';
  subject = '';
  to = '';
  text = '';
  path = '';
  check: PathCheck | 'checking' | undefined;
  /** what is missing, once somebody pressed the button */
  errors: ReadonlyMap<Field, string> = new Map();
  readonly recent: RecentItems;
  readonly #checker: PathChecker;
  #timer = 0;
  #asked = new AbortController();

  constructor(private readonly api: Api) {
    super();
    this.recent = new RecentItems(api);
    this.recent.subscribe(() => this.#recheck());
    this.#checker = new PathChecker(api);
  }

  /** Once it is known who asks: a person who is signed in begins with her own mailbox. */
  start(): void {
    if (this.api.door === '/my' && this.mailbox === '') this.mailbox = 'me';
    this.recent.look(this.mailbox);
    this.changed();
  }

  set(change: Partial<Pick<TargetForm, 'mode' | 'mailbox' | 'subject' | 'to' | 'text' | 'path'>>): void {
    Object.assign(this, change);
    if (change.mailbox !== undefined) {
      localStorage.setItem(mailboxName, change.mailbox);
      this.recent.look(this.mailbox);
    }
    if (change.path !== undefined) this.#checkPath();
    this.#recheck();
  }

  /** Whether the message can be sent once the files are on it. */
  get canSend(): boolean {
    if (this.mode === 'draft') return true;
    if (this.mode === 'recent') return this.recent.kind === 'draft';
    return /\/messages\/[^/]+$/i.test(asPath(this.path));
  }

  /** What to do about the errors, in words that fit each of them. */
  get advice(): string {
    const isEmpty = (field: Field): boolean => field === 'item' || this[field].trim() === '';
    if (this.errors.size === 0) return '';
    return [...this.errors.keys()].some(isEmpty) ? 'Say where the files go.' : 'Correct where the files go.';
  }

  /** What was told, if it is enough; otherwise `errors` says what is missing. */
  target(send: boolean): Target | undefined {
    this.errors = this.#faults(send);
    this.changed();
    if (this.errors.size > 0) return undefined;
    if (this.mode === 'draft') {
      const { addresses: to } = addressesIn(this.to);
      return { kind: 'draft', mailbox: mailboxPath(this.mailbox), subject: this.subject.trim(), to, text: this.text };
    }
    if (this.mode === 'path') return { kind: 'item', item: asPath(this.path), label: itemName(asPath(this.path)) };
    const { chosen } = this.recent;
    return chosen && { kind: 'item', item: chosen.item, label: chosen.subject || 'Without subject' };
  }

  /** After every change: an error that is shown disappears once it is corrected. */
  #recheck(): void {
    if (this.errors.size > 0) this.errors = this.#faults(false);
    this.changed();
  }

  #faults(send: boolean): Map<Field, string> {
    const faults = new Map<Field, string>();
    if (this.mode !== 'path' && this.mailbox.trim() === '')
      faults.set('mailbox', 'Name the mailbox, such as megan@contoso.com.');
    else if (this.mode === 'recent' && !this.recent.chosen) faults.set('item', 'Choose a draft or an event.');
    if (this.mode === 'draft') {
      const { addresses, wrong } = addressesIn(this.to);
      if (wrong.length > 0) faults.set('to', `This is no address: ${wrong.join(', ')}.`);
      else if (send && addresses.length === 0) faults.set('to', 'Name somebody to send it to.');
    }
    if (this.mode === 'path') {
      const fault = pathProblem(asPath(this.path)) ?? (isBad(this.check) ? this.check.words : undefined);
      if (fault) faults.set('path', fault);
    }
    return faults;
  }

  #checkPath(): void {
    clearTimeout(this.#timer);
    this.#asked.abort();
    const path = asPath(this.path);
    if (path === '' || pathProblem(path)) {
      this.check = path === '' ? undefined : { state: 'bad', words: pathProblem(path) ?? '' };
      return;
    }
    this.check = 'checking';
    const { signal } = (this.#asked = new AbortController());
    this.#timer = window.setTimeout(() => {
      this.#checker.check(path, signal).then(
        (check) => this.#checked(check),
        (cause: unknown) => signal.aborted || this.#checked({ state: 'unsure', words: problemOf(cause).detail }),
      );
    }, typingPauseMs);
  }

  #checked(check: PathCheck): void {
    this.check = check;
    this.#recheck();
  }
}

const isBad = (check: TargetForm['check']): check is PathCheck => typeof check === 'object' && check.state === 'bad';
