import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ports {
  readonly graph?: number;
  readonly upload?: number;
}

/** The ports of the last run: upload URLs that were handed out have them in their host. */
export function rememberedPorts(folder: string): Ports {
  try {
    return JSON.parse(readFileSync(join(folder, 'ports.json'), 'utf8')) as Ports;
  } catch {
    return {}; // the first run
  }
}

export function rememberPorts(folder: string, ports: Ports): void {
  writeFileSync(join(folder, 'ports.json'), JSON.stringify(ports));
}
