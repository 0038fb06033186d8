// The only file of cli/ that reads the app's code: what a setting may be is said in one place, and the doctor must say
// exactly what the app will say. The rules of imports (.dependency-cruiser.cjs) have the exception.
import { readSettings } from '../../src/settings';
import type { Env } from './environment';

/** How a storage account is reached. */
export interface StorageAccess {
  readonly blobEndpoint: string;
  readonly tableEndpoint: string;
  readonly access:
    | { readonly kind: 'connectionString'; readonly connectionString: string } // a secret
    | { readonly kind: 'identity'; readonly managed: boolean; readonly clientId?: string };
}

/** The settings that the doctor needs, and everything that is wrong with any. */
export interface AppSettings {
  readonly problems: readonly { readonly name: string; readonly detail: string }[];
  readonly storage: StorageAccess;
  readonly source: StorageAccess;
  /** whether SourceStorage names an account of its own */
  readonly sourceIsOther: boolean;
  readonly graph: {
    readonly root: string;
    readonly version: string;
    readonly identity: 'application' | 'delegated';
    readonly loopback: boolean;
    readonly uploadHosts: readonly string[];
  };
  readonly allowedMailboxes: readonly string[];
}

/** Reads them as the app does. */
export function readAppSettings(env: Env): AppSettings {
  const { settings, problems } = readSettings(env);
  const { storage, source, graph, allowedMailboxes } = settings;
  return { problems, storage, source, sourceIsOther: source !== storage, graph, allowedMailboxes };
}
