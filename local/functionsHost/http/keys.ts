import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WebRequest } from './reply';

interface KeyFile {
  master: string;
  function: string;
  system: Record<string, string>;
}

const extensions = ['durabletask_extension', 'blobs_extension'];
const newKey = (): string => randomBytes(32).toString('base64url');

/** Function keys, made once and kept in the data folder. Off: nobody needs one, as with Core Tools. */
export class Keys {
  private readonly keys: KeyFile | undefined;

  constructor(dataDir: string, isOn: boolean) {
    if (!isOn) return;
    const path = join(dataDir, 'keys.json');
    if (!existsSync(path)) {
      const system = Object.fromEntries(extensions.map((name) => [name, newKey()]));
      const made: KeyFile = { master: newKey(), function: newKey(), system };
      writeFileSync(path, JSON.stringify(made, null, 2), { mode: 0o600 });
    }
    this.keys = JSON.parse(readFileSync(path, 'utf8')) as KeyFile;
  }

  /** The system key of an extension's webhook, if keys are asked for. */
  system(extension: string): string | undefined {
    return this.keys?.system[`${extension}_extension`];
  }

  /** Whether the request's key (`x-functions-key` or `?code=`) opens the level; the master key opens all. */
  allows(request: WebRequest, level: 'anonymous' | 'function' | 'admin', extension?: string): boolean {
    if (!this.keys || level === 'anonymous') return true;
    const given = request.headers['x-functions-key'] ?? request.query.get('code');
    if (given === this.keys.master) return true;
    if (extension !== undefined) return given === this.system(extension);
    return level === 'function' && given === this.keys.function;
  }
}
