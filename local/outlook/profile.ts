/** A profile: what was measured at a service, which the stand-in then behaves like. README.md documents its fields. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ConfigPatch } from './config';

const Profile = z.strictObject({
  measuredAt: z.iso.datetime({ offset: true }),
  /** Host that was measured, such as `graph.microsoft.com`. */
  service: z.string().min(1),
  notes: z.array(z.string()).default([]),
  traits: ConfigPatch,
  /** What `npm run probe` asked, and the answers in words. */
  findings: z.array(z.strictObject({ question: z.string(), answer: z.string() })).default([]),
});
export type Profile = z.infer<typeof Profile>;

/** @throws Error naming the file and every field that is wrong or unknown */
export function readProfile(file: string): Profile {
  const parsed = Profile.safeParse(jsonIn(file));
  if (!parsed.success) throw new Error(`The profile ${file} is not right:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (cause) {
    throw new Error(`The profile ${file} cannot be read as JSON.`, { cause });
  }
}
