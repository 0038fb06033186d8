import { DefaultAzureCredential } from '@azure/identity';
import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Cli } from '../cli';
import { readAppSettings } from '../doctor/appSettings';
import { settingSources } from '../doctor/environment';
import { defaultMailbox, isAllowed, mailboxOf } from '../doctor/mailboxes';
import { exitCode, Failure, Interrupted } from '../exitCodes';
import type { Measured, Traits } from './notes';
import { questions } from './questions';
import { Service } from './service';

export interface ProbeOptions {
  mailbox?: string | undefined;
  out?: string | undefined;
  quick?: boolean | undefined;
}

/** Asks all questions of one draft, and of an event what differs by item, writes the file, removes what it made. */
export async function runProbe(options: ProbeOptions, { env, screen, interrupts }: Cli): Promise<number> {
  const settings = readAppSettings(settingSources(process.cwd(), env).env);
  const { root, loopback } = settings.graph;
  const text = options.mailbox ?? defaultMailbox(settings);
  if (text === undefined) throw new Failure('Name a mailbox that may be written to: --mailbox megan@contoso.com');
  const mailbox = mailboxOf(text);
  if (!isAllowed(settings, mailbox)) throw new Failure(`ALLOWED_MAILBOXES does not name ${mailbox.owner}.`);
  const now = new Date();
  const file = resolve(options.out ?? `outlook-profile-${now.toISOString().slice(0, 10)}.json`);
  if (existsSync(file)) throw new Failure(`${file} is there already. Name another one: --out FILE`);
  const bearer = loopback ? 'local' : (await new DefaultAzureCredential().getToken(`${root}/.default`)).token;
  const service = new Service(root, mailbox.path, bearer);
  const measured: Measured = {
    measuredAt: now.toISOString(),
    service: new URL(root).host,
    notes: ['Measured by npm run probe on one draft.'],
    traits: {},
    findings: [],
  };
  try {
    await ask(service, options, measured, (line) => screen.say(line), interrupts.signal);
  } finally {
    const left = await service.cleanUp();
    if (left > 0) screen.say(`${left} items could not be removed. Delete "blob-to-outlook probe" in Outlook.`);
  }
  writeFileSync(file, `${JSON.stringify(measured, null, 2)}\n`);
  screen.data(file);
  return exitCode.ok;
}

async function ask(
  service: Service,
  { quick }: ProbeOptions,
  measured: Measured,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const draft = await service.draft();
  for (const question of questions) {
    if (signal.aborted) throw new Interrupted();
    if (quick && question.isLarge) continue;
    const { answer, traits } = await question.of(service, draft).catch((cause: unknown) => ({
      answer: `could not be asked: ${cause instanceof Error ? cause.message : 'unknown cause'}`,
      traits: undefined,
    }));
    measured.findings.push({ question: question.ask, answer });
    say(`${question.ask} ${answer}`);
    if (traits) merge(measured.traits, traits);
  }
  const event = await service.event();
  const session = await service.open(event);
  const { status } = await service.cancel(session.url);
  measured.findings.push({ question: 'Does an event open a session, and close it?', answer: `yes; ${status}` });
}

function merge(into: Traits, traits: Traits): void {
  const { statuses, value, ...rest } = traits;
  Object.assign(into, rest);
  if (statuses) into.statuses = { ...into.statuses, ...statuses };
  if (value) into.value = { ...into.value, ...value };
}
