import { exitCode } from './exitCodes';

/** What is going on at the app, as someone who leaves has to know it. */
export interface Underway {
  readonly id: string;
  readonly name: string;
}

/** The same Ctrl-C, once more. */
const echoMs = 500;

/**
 * The first Ctrl-C (or SIGTERM) aborts `signal`: what is under way is cancelled, and its end awaited. The second one
 * leaves at once, and says what goes on without us.
 */
export class Interrupts {
  readonly #first = new AbortController();
  readonly #underway = new Map<string, Underway>();
  #silent = false;
  #askedAt = 0;

  constructor(
    private readonly say: (line: string) => void,
    private readonly leave: (code: number) => void,
    /** npm passes on a Ctrl-C that the terminal has sent to all of its processes already */
    private readonly belowNpm = false,
  ) {}

  get signal(): AbortSignal {
    return this.#first.signal;
  }

  /** For commands that only look: the first Ctrl-C leaves. */
  leaveAtOnce(): void {
    this.#silent = true;
  }

  begun(work: Underway): void {
    this.#underway.set(work.id, work);
  }

  ended(id: string): void {
    this.#underway.delete(id);
  }

  /** What a signal does. */
  readonly asked = (): void => {
    const isEcho = this.belowNpm && Date.now() - this.#askedAt < echoMs;
    this.#askedAt = Date.now();
    if (isEcho) return;
    if (this.signal.aborted || this.#silent) {
      this.#tellWhatGoesOn();
      this.leave(exitCode.interrupted);
      return;
    }
    this.say('Cancelling, and waiting until nothing is left behind. Press Ctrl-C again to leave at once.');
    this.#first.abort();
  };

  #tellWhatGoesOn(): void {
    for (const { id, name } of this.#underway.values()) {
      this.say(`${name} goes on without this command. Look at it: blob-to-outlook show ${id}`);
    }
  }
}
