import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptUploadUrlKey, makeDataDir } from '../../../local/parts/dataDir';
import { optionsFromEnvironment } from '../../../local/parts/environment';
import { freePorts, isFree, rememberedPorts } from '../../../local/parts/ports';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'blob-to-outlook-data-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function take(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

describe('the ports of a data directory', () => {
  const nobody = async (): Promise<boolean> => false;

  it('are different, free, and the same at the next start', async () => {
    const first = await rememberedPorts(folder, ['blob', 'queue'], nobody);
    expect(new Set(Object.values(first)).size).toBe(2);
    expect(await isFree(first.blob)).toBe(true);
    expect(await rememberedPorts(folder, ['blob', 'queue'], nobody)).toEqual(first);
  });

  it('are kept by name when another set is asked for', async () => {
    const first = await rememberedPorts(folder, ['blob'], nobody);
    await rememberedPorts(folder, ['graph'], nobody);
    expect(await rememberedPorts(folder, ['blob', 'graph'], nobody)).toMatchObject(first);
  });

  it('are waited for while a killed start still holds them', async () => {
    const first = await rememberedPorts(folder, ['blob'], nobody);
    const orphan = await take(first.blob);
    const second = rememberedPorts(folder, ['blob'], nobody);
    setTimeout(() => orphan.close(), 150);
    expect(await second).toEqual(first);
  });

  it('are replaced when another program has taken them', async () => {
    const first = await rememberedPorts(folder, ['blob'], nobody);
    const stranger = await take(first.blob);
    const second = await rememberedPorts(folder, ['blob'], nobody, 50);
    expect(second.blob).not.toBe(first.blob);
    stranger.close();
  });

  it('are refused to a second start with the same data directory', async () => {
    const first = await rememberedPorts(folder, ['blob'], nobody);
    const running = await take(first.blob);
    await expect(rememberedPorts(folder, ['blob'], async () => true, 50)).rejects.toThrow(/Another start is running/);
    running.close();
  });

  it('are made anew from a file that a crash cut off', async () => {
    writeFileSync(join(folder, 'ports.json'), '{"blob": 12');
    expect((await rememberedPorts(folder, ['blob'], nobody)).blob).toBeGreaterThan(1024);
  });

  it('come as many as asked for', async () => {
    expect(new Set(await freePorts(5)).size).toBe(5);
  });
});

describe('the key that seals upload URLs', () => {
  it('is made once, has 32 bytes, and only its owner may read it', () => {
    const dataDir = makeDataDir(join(folder, 'new', 'data'));
    const key = keptUploadUrlKey(dataDir);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(keptUploadUrlKey(dataDir)).toBe(key);
    if (process.platform !== 'win32') expect(statSync(join(dataDir, 'upload-url.key')).mode & 0o777).toBe(0o600);
  });
});

describe('the variables of the local commands', () => {
  it('have the defaults of the contract, and an empty one counts as not set', () => {
    expect(optionsFromEnvironment({ PORT: '', DATA_DIR: '' })).toMatchObject({ port: 7071, dataDir: '.data' });
  });

  it.each(['-1', '70000', 'http', '1.5'])('refuse PORT=%s', (port) => {
    expect(() => optionsFromEnvironment({ PORT: port })).toThrow(`PORT is "${port}"`);
  });
});
