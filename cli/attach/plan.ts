import { basename } from 'node:path';
import { UsageError } from '../exitCodes';

/** A FILE of the command line. */
export interface PlannedFile {
  /** `-` is standard input */
  readonly path: string;
  /** in NFC, as Outlook compares and shows names */
  readonly name: string;
}

/** Where the files go. */
export type Target =
  | { readonly kind: 'item'; readonly item: string }
  | { readonly kind: 'newDraft'; readonly mailbox: string; readonly subject?: string; readonly to: readonly string[] };

/** What is asked for, with nothing left to doubt. */
export interface AttachPlan {
  readonly files: readonly PlannedFile[];
  readonly target: Target;
  readonly send: boolean;
  readonly contentId?: string;
  readonly inline: boolean;
  readonly reference?: string;
  readonly again: boolean;
  readonly dryRun: boolean;
  readonly wait: boolean;
}

/** The options as they came. */
export interface AttachOptions {
  item?: string | undefined;
  'new-draft'?: string | undefined;
  subject?: string | undefined;
  to?: string[] | undefined;
  send?: boolean | undefined;
  name?: string | undefined;
  'content-id'?: string | undefined;
  inline?: boolean | undefined;
  reference?: string | undefined;
  'dry-run'?: boolean | undefined;
  again?: boolean | undefined;
  'no-wait'?: boolean | undefined;
}

/** Puts paths and options together. @throws UsageError for what does not fit */
export function planOf(paths: readonly string[], options: AttachOptions): AttachPlan {
  refuseContradictions(paths, options);
  return {
    files: paths.map((path) => ({ path, name: (options.name ?? basename(path)).normalize('NFC') })),
    target: targetOf(options),
    send: options.send ?? false,
    ...(options['content-id'] === undefined ? {} : { contentId: options['content-id'] }),
    inline: options.inline ?? false,
    ...(options.reference === undefined ? {} : { reference: options.reference }),
    again: options.again ?? false,
    dryRun: options['dry-run'] ?? false,
    wait: !(options['no-wait'] ?? false),
  };
}

function targetOf({ item, subject, to = [], ...options }: AttachOptions): Target {
  if (item !== undefined) return { kind: 'item', item };
  const mailbox = options['new-draft'] ?? '';
  return {
    kind: 'newDraft',
    mailbox: /^(me|users\/.*)$/i.test(mailbox) ? mailbox : `users/${mailbox}`,
    ...(subject === undefined ? {} : { subject }),
    to: to.flatMap((list) => list.split(/[,;]/)).flatMap((each) => each.trim() || []),
  };
}

function refuseContradictions(paths: readonly string[], options: AttachOptions): void {
  const has = (name: keyof AttachOptions): boolean => options[name] !== undefined;
  const rules: readonly (readonly [wrong: boolean, message: string])[] = [
    [paths.length === 0, 'Name at least one FILE to attach.'],
    [paths.includes('') || options.name === '', 'A name must not be empty.'],
    [!has('item') && !has('new-draft'), 'Say where: --item PATH, or --new-draft MAILBOX.'],
    [has('item') && has('new-draft'), 'Give --item or --new-draft, not both.'],
    [options.item === '' || options['new-draft'] === '', '--item and --new-draft must not be empty.'],
    [!has('new-draft') && (has('subject') || has('to')), '--subject and --to belong to --new-draft.'],
    [paths.length > 1 && has('name'), '--name names one file: give one FILE with it.'],
    [paths.length > 1 && has('content-id'), '--content-id names one file: give one FILE with it.'],
    [paths.includes('-') && !has('name'), 'Standard input (-) has no name: give it one with --name.'],
    [paths.length > 100 && (has('new-draft') || options.send === true), 'One delivery takes at most 100 files.'],
    [has('dry-run') && has('new-draft'), '--dry-run checks an item that exists: use it with --item.'],
    [has('dry-run') && has('no-wait'), '--dry-run starts nothing to wait for: leave --no-wait out.'],
  ];
  const broken = rules.find(([wrong]) => wrong);
  if (broken) throw new UsageError(broken[1]);
}
