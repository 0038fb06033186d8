import * as df from 'durable-functions';
import { claimJob } from '../../../app/jobs/claim';
import { planOf } from '../../../app/uploads/plan';
import { withKeys } from '../../../app/uploads/keys';
import { allowedBy, ownerOf } from '../../../core/items/path';
import { paced } from '../../../core/mailbox/paced';
import { resume } from '../../../core/upload/checkpoint';
import { UploadMachine, uploadMachine } from '../../../core/upload/machine/decide';
import type { Plan, Progress, Step } from '../../../core/upload/machine/progress';
import { isSmall, needsOf } from '../../../core/upload/needs';
import type { UploadRecord } from '../../../core/upload/record';
import { itemOf } from '../../../core/upload/request';
import { dependencies, Dependencies } from '../../../dependencies';
import { Claimed, ClaimInput, Pacing, UploadState } from '../../../orchestrators/contract';

export type ClaimedUpload = Claimed<UploadState, UploadState['wanted'], Pacing>;

/**
 * Takes the upload over for this execution of its orchestration: begun anew, resumed from its record, or carried on. What is
 * decided here is recorded in the history as data.
 */
export async function claimUpload(
  input: ClaimInput,
  deps: Dependencies,
  machine: UploadMachine = uploadMachine,
): Promise<ClaimedUpload> {
  const now = deps.clock();
  const claimed = await claimJob<UploadRecord>(deps.records, input, machine.schema, now);
  if (!claimed) return { kind: 'superseded' };
  const record = await withKeys(claimed.record, deps);
  const plan = planOf(record.request);
  const common = {
    kind: 'yours',
    epoch: claimed.epoch,
    schema: machine.schema,
    cancelRequested: record.cancelRequestedAt !== undefined,
    of: pacingOf(record, plan, deps),
  } as const;
  if (claimed.carried) return { ...common, state: claimed.carried as (ClaimedUpload & { kind: 'yours' })['state'] };
  const first = claimed.isResumed
    ? resume(machine, plan, record.facts, record.checkpoint, common.cancelRequested, now)
    : begun(machine, record, plan, deps, now);
  return {
    ...common,
    state: paced(machine, needsOf).begin(first, now, claimed.isResumed) as (ClaimedUpload & { kind: 'yours' })['state'],
  };
}

/** The allow-list may have changed since the upload was accepted: it is asked again before anything is sent. */
function begun(
  { begin, decide }: UploadMachine,
  { request }: UploadRecord,
  plan: Plan,
  { settings }: Dependencies,
  now: number,
): readonly [Progress, Step] {
  const first = begin(plan, now);
  const owner = ownerOf(itemOf(request));
  if (allowedBy(settings.allowedMailboxes, owner)) return first;
  const detail = `The mailbox ${owner} is no longer among those that the app may write to (ALLOWED_MAILBOXES).`;
  return decide(first[0], { kind: 'refused', problem: { code: 'MailboxNotAllowed', detail } }, now);
}

function pacingOf(record: UploadRecord, plan: Plan, { settings }: Dependencies): Pacing {
  const { mailbox: mailboxKey = '', item: itemKey = '' } = record.keys ?? {};
  return {
    mailboxKey,
    itemKey,
    lockUntil: plan.deadlineAt + lockMarginMs,
    isSmall: isSmall(plan),
    concurrency: settings.mailboxConcurrency,
    bytesPerWindow: settings.mailboxBytesPer5Min,
  };
}
/** What cleaning up may take after the deadline. */
const lockMarginMs = 60 * 60_000;

df.app.activity('claimUpload', {
  handler: async (input: ClaimInput): Promise<ClaimedUpload> => {
    const deps = dependencies();
    return deps.problems.length > 0 ? { kind: 'notReady' } : claimUpload(input, deps);
  },
});
