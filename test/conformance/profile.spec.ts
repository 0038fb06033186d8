import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProfile } from '../../local/outlook/profile';
import { type Outlook, startOutlook } from '../../local/outlook/server';
import { OutlookControl } from '../../local/parts/outlookControl';
import { runToEnd } from '../cli/support/command';

/** What `npm run probe` measures at a service that behaves like this profile has to be this profile. */
const live = process.env['OUTLOOK_LIVE'];
const given = process.env['OUTLOOK_PROFILE'];
const unusual = {
  measuredAt: '2026-11-29T10:00:00Z',
  service: 'a test',
  traits: {
    ids: 'two',
    sessionMinutes: 45,
    sessionMinBytes: 2_500_000,
    sessionMaxBytes: 200_000_000,
    statusGet: '405',
    statuses: {
      rangeGap: 400,
      rangeOverlap: 409,
      rangeRepeated: 412,
      totalWrong: 422,
      sessionEnded: 410,
      cancelAfterEnd: 405,
    },
    names: { trim: true, compose: true, replace: true, cutTo: 255 },
    value: { range: 'honoured', rules: [{ minBytes: 36_700_160, answer: 'fails', status: 504 }] },
  },
};

let folder: string;
let outlook: Outlook | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'probe-'))));
afterEach(async () => {
  await outlook?.close();
  outlook = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function probe(graph: string | undefined, ...args: string[]) {
  const env = {
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    UPLOAD_URL_KEY: Buffer.alloc(32, 7).toString('base64'),
    ...(graph === undefined ? { ALLOWED_MAILBOXES: live?.replace(/^users\//, '') } : { GRAPH_ENDPOINT: graph }),
  };
  const out = join(folder, 'measured.json');
  const ran = await runToEnd(['probe', '--out', out, ...args], { env, cwd: folder });
  return { ...ran, out };
}

async function standIn(profile: string): Promise<OutlookControl> {
  outlook = await startOutlook({ dataDir: folder, profile });
  return new OutlookControl(outlook.graphUrl);
}

describe('npm run probe', () => {
  it(
    'measures the service as its profile says, into a file that the stand-in takes',
    async () => {
      const file = given ?? join(folder, 'profile.json');
      if (given === undefined) writeFileSync(file, JSON.stringify(unusual));
      const { traits } = readProfile(file);
      const control = live === undefined ? await standIn(file) : undefined;
      const before = await control?.items();
      const { code, out, stdout, stderr } = await probe(outlook?.graphUrl);
      expect([code, stdout.trim()]).toEqual([0, out]);
      const measured = readProfile(out);
      // a status that was measured need not be one that the profile names
      expect(measured.traits).toMatchObject({ ...traits, value: expect.anything() as unknown });
      expect(measured.traits.value?.range).toBe(traits.value?.range ?? 'ignored');
      expect(measured.traits.value?.rules?.map(({ answer, status }) => [answer, status])).toEqual(
        traits.value?.rules?.map(({ answer, status }) => [answer, status]),
      );
      expect(measured.findings.filter(({ answer }) => answer.includes('could not'))).toEqual([]);
      const text = readFileSync(out, 'utf8') + stderr;
      for (const secret of ['megan', 'authtoken', 'AAMk', '/AttachmentSessions']) expect(text).not.toContain(secret);
      expect(await control?.items()).toEqual(before);
      expect((await control?.sessions())?.filter(({ state }) => state === 'open') ?? []).toEqual([]);
    },
    live === undefined ? 120_000 : 900_000,
  );

  it('leaves nothing behind where the service fails midway, says so in the file, and never writes over one', async () => {
    const file = join(folder, 'profile.json');
    writeFileSync(file, JSON.stringify({ ...unusual, traits: {} }));
    const control = await standIn(file);
    const before = await control.items();
    await control.addFaults([{ on: { op: 'put' }, times: 'always', do: { answer: { status: 500 } } }]);
    const { code, out } = await probe(outlook?.graphUrl, '--quick');
    expect(code).toBe(0);
    expect(readProfile(out).findings.map(({ answer }) => answer)).toContain('500, without an id or without a row');
    expect(await control.items()).toEqual(before);
    const again = await probe(outlook?.graphUrl, '--quick');
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('there already') as unknown]);
  });
});
