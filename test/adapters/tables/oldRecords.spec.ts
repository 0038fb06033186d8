import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonPieces, recordFromRow, recordRow } from '../../../src/adapters/tables/rows';
import { planOf } from '../../../src/app/uploads/plan';
import { resume as resumeDelivery } from '../../../src/core/delivery/checkpoint';
import { readDeliveryRecord } from '../../../src/core/delivery/oldRecord';
import { planFor } from '../../../src/core/delivery/plan';
import { claim } from '../../../src/core/job/record';
import { checkpointOf, resume } from '../../../src/core/upload/checkpoint';
import { uploadMachine } from '../../../src/core/upload/machine/decide';
import type { Outcome } from '../../../src/core/upload/machine/progress';
import type { UploadRecord } from '../../../src/core/upload/record';
import { activeRecord, startOfTime } from '../../functions/support/sampleRecord';

/** Records as versions of the app wrote them, checked in: the present code goes on from each. */
const fileOf = (name: string): string => join(__dirname, 'records', `${name}.json`);
const stored = (name: string): unknown => JSON.parse(readFileSync(fileOf(name), 'utf8'));
/** As a table gives it. */
const read = (record: unknown): UploadRecord =>
  recordFromRow({ partitionKey: 'uploads', rowKey: 'x', ...jsonPieces(JSON.stringify(record)) });
const hash = (id: string): string => createHash('sha256').update(id).digest('base64url').slice(0, 16);
const later = startOfTime + 120_000;
const goOn = (record: UploadRecord) =>
  resume(uploadMachine, planOf(record.request), record.facts, record.checkpoint, false, later);

/** A record of this version in the middle of its second range. */
function ofToday(): UploadRecord {
  const record = claim(activeRecord('019abf3a-4c00-7000-8000-000000000005'), 'execution', startOfTime) as UploadRecord;
  const session = { sealedUrl: 'sealed', expiresAt: startOfTime + 7_200_000 };
  const answers: Outcome[] = [
    { kind: 'listed' },
    { kind: 'opened', session },
    { kind: 'accepted', digests: [{ start: 0, end: 3_932_159, sha256: 'ab' }], requestId: 'ms-1' },
    { kind: 'unclear', seen: { call: 'putRange', fault: 'reset', clientRequestId: 'our-1' } },
  ];
  let [progress] = uploadMachine.begin(planOf(record.request), startOfTime);
  for (const said of answers) [progress] = uploadMachine.decide(progress, said, startOfTime);
  return {
    ...record,
    facts: { before: [hash('AAMkStranger=')], commits: 0, sessions: [session] },
    checkpoint: checkpointOf(progress, uploadMachine.schema),
    keys: { mailbox: 'm', item: 'i' },
    waitedFor: ['retry'],
  };
}
const today = `upload-schema-${uploadMachine.schema}`;
// after `schema` has grown: UPDATE_RECORDS=1 writes the record of the new one beside the older ones, which stay
if (process.env['UPDATE_RECORDS'] === '1' && !existsSync(fileOf(today)))
  writeFileSync(fileOf(today), `${JSON.stringify(ofToday(), null, 2)}\n`);

/** The keys of a value and what stands in them, without the values themselves. */
function formOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [formOf(value[0])];
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => [key, formOf(member)]),
  );
}

describe('a record of version 0.1.0', () => {
  it('of an upload whose last range was on its way is read: what it may have attached is searched for', () => {
    const record = read(stored('upload-0.1.0'));
    expect(record).toMatchObject({
      run: { epoch: 1, execution: 'execution-of-0.1.0' },
      resumes: 0,
      facts: { before: [hash('AAMkStranger=')], beforeOfName: true, commits: 1 },
    });
    expect(record.facts.sessions.map(({ sealedUrl }) => sealedUrl)).toEqual(['sealed-one', 'sealed-two']);
    const [progress, step] = goOn(record);
    // its sessions are closed before it looks
    expect([progress.phase.name, step.do]).toEqual(['reconciling', 'cancelUploadSession']);
    expect(uploadMachine.decide(progress, { kind: 'closed' }, later)[1].do).toBe('findAttachment');
  });

  it('of an upload that had ended stays ended', () => {
    const record = read(stored('upload-0.1.0-ended'));
    expect([record.state, record.end?.attachment?.id]).toEqual(['succeeded', 'AAMkOne=']);
    expect(claim(record, 'another execution', later)).toBeUndefined();
  });

  it('of a delivery that was being sent never sends again without a look', () => {
    const record = readDeliveryRecord(stored('delivery-0.1.0'));
    expect(record.facts).toMatchObject({ createsBegun: 1, sendsBegun: 1, openSend: 'version 0.1' });
    const plan = planFor(record.request, [1000], 36_700_160);
    expect(resumeDelivery(plan, record.facts, record.checkpoint, false, later)[1].do).toBe('findSent');
  });
});

describe('a record of this version', () => {
  it('has the form that is checked in under its schema: another form needs another schema and an upgrade', () => {
    expect(formOf(JSON.parse(JSON.stringify(ofToday())))).toEqual(formOf(stored(today)));
  });

  it('goes on where it was, by the session that it has', () => {
    const [progress, step] = goOn(read(stored(today)));
    expect([progress.phase.name, step.do]).toEqual(['sending', 'queryUploadSession']);
    expect(progress.digests).toHaveLength(1);
    expect(progress.story.lastProblem?.clientRequestId).toBe('our-1');
  });
});

describe('a record of a later version, after a rollback', () => {
  const newer = {
    ...(stored(today) as UploadRecord),
    addedLater: { anything: [1] },
    checkpoint: { schema: 1000, progress: { phase: 'of another kind' } },
  };

  it('goes on from its facts, where the state cannot be read', () => {
    const [progress, step] = goOn(read(newer));
    expect([progress.phase.name, step.do]).toEqual(['preparing', 'cancelUploadSession']);
    const committed = { ...newer, facts: { ...newer.facts, commits: 1 } };
    expect(goOn(read(committed))[0].phase.name).toBe('reconciling');
  });

  it('keeps what this version does not know, through a read and a write', () => {
    const row = recordRow({ ...read(newer), updatedAt: later });
    expect(recordFromRow(row)).toMatchObject({ addedLater: { anything: [1] }, updatedAt: later });
  });
});
