import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outlook, startOutlook } from '../../../local/outlook/server';
import { encoded, http, SEEDED, type WireJson } from './standIn';

const measuredAt = '2026-11-29T10:00:00Z';

describe('a profile', () => {
  let dataDir: string;
  let outlook: Outlook | undefined;
  beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'outlook-'))));
  afterEach(async () => {
    await outlook?.close();
    outlook = undefined;
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function start(profile: unknown): Promise<Outlook> {
    const file = join(dataDir, 'profile.json');
    writeFileSync(file, typeof profile === 'string' ? profile : JSON.stringify(profile));
    outlook = await startOutlook({ dataDir, profile: file });
    return outlook;
  }
  const control = async (method: string, path: string): Promise<WireJson> =>
    (await http(method, `${outlook?.graphUrl}/_/${path}`)).json;

  it('sets what was measured, also after a reset, and leaves the rest', async () => {
    const traits = { ids: 'two', sessionMinutes: 30, names: { compose: true }, statuses: { rangeGap: 400 } };
    const { graphUrl } = await start({ measuredAt, service: 'graph.microsoft.com', traits });
    await http('POST', `${graphUrl}/_/reset`);
    expect(await control('GET', 'config')).toMatchObject({
      ids: 'two',
      sessionMinutes: 30,
      names: { compose: true, trim: false },
      sessionMinBytes: 3_000_000,
    });
    const told = await control('GET', 'profile');
    expect(told['profile']).toMatchObject({ measuredAt, service: 'graph.microsoft.com', notes: [], traits });
  });

  it.each([
    [{ measuredAt, service: 's', traits: { sessionHours: 2 } }, /sessionHours/],
    [{ measuredAt, service: 's', traits: { value: { rules: [{ answer: 'fails', above: 3 }] } } }, /above/],
    [{ measuredAt, service: 's', traits: {}, tenant: 'x' }, /tenant/],
    [{ measuredAt: 'yesterday', service: 's', traits: {} }, /measuredAt/],
    [{ service: 's', traits: { statuses: { noRule: 400 } } }, /noRule/],
    ['{', /cannot be read as JSON/],
  ])('that is not right is refused by name: %j', async (profile, expected) => {
    await expect(start(profile)).rejects.toThrow(expected);
  });

  it('gives other statuses to refusals', async () => {
    const traits = { statuses: { attachmentNotFound: 410, cancelAfterEnd: 204 } };
    const { graphUrl } = await start({ measuredAt, service: 's', traits });
    const headers = { authorization: 'Bearer local', 'content-type': 'application/json' };
    const item = `${graphUrl}/v1.0/${encoded(SEEDED.draft)}`;
    expect((await http('GET', `${item}/attachments/AAMkNone=`, headers)).status).toBe(410);
    const body = JSON.stringify({ AttachmentItem: { attachmentType: 'file', name: 'a', size: 3_000_000 } });
    const { uploadUrl } = (await http('POST', `${item}/attachments/createUploadSession`, headers, body)).json;
    for (let n = 0; n < 2; n++) expect((await http('DELETE', uploadUrl)).status).toBe(204);
  });
});
