import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const infra = join(__dirname, '..', '..', 'infra');
const json = (...path: string[]): unknown => JSON.parse(readFileSync(join(infra, ...path), 'utf8'));

/** A resource as a deployment would make it, with what is known only then left as an expression in brackets. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly properties: Record<string, never>;
}
export interface RoleRow {
  readonly feature: string;
  readonly principal: 'app' | 'deployer';
  readonly role: string;
  readonly roleId: string;
  readonly scope: string;
  readonly when: string;
  readonly why: string;
}

/** Every resource of infra/snapshots: the smallest deployment, and one with every option on. */
export const snapshot = (name: 'smallest' | 'everything'): Resource[] =>
  (json('snapshots', `${name}.snapshot.json`) as { predictedResources: Resource[] }).predictedResources;

export const roleTable = (): RoleRow[] => json('roles.json') as RoleRow[];

export const template = (): { parameters: Record<string, { defaultValue?: unknown }> } =>
  json('main.json') as { parameters: Record<string, { defaultValue?: unknown }> };

export const ofType = (resources: readonly Resource[], type: string): Resource[] =>
  resources.filter((each) => each.type === type);

export const appSettings = (resources: readonly Resource[]): Record<string, string> =>
  ofType(resources, 'Microsoft.Web/sites/config').find((each) => each.name.endsWith('/appsettings'))?.properties ?? {};

/** The resource that a role assignment is made on, in the words of infra/roles.json. */
export function scopeOf({ id }: Resource): string {
  const on = id
    .replace(/^\[extensionResourceId\('/, '')
    .split(/'|\/providers\/Microsoft\.Authorization\/roleAssign/)[0];
  const path = on?.replace(/^.*\/providers\//, '') ?? '';
  const [, account = '', , , kind, child] =
    /^Microsoft\.Storage\/storageAccounts\/([^/]+)(\/(blob|queue)Services\/default\/(containers|queues)\/([^/]+))?$/.exec(
      path,
    ) ?? [];
  if (kind) return `${kind === 'containers' ? 'container' : 'queue'}:${child ?? ''}`;
  if (account) return account.startsWith('sthost') ? 'hostStorage' : 'sourceStorage';
  if (path.startsWith('Microsoft.KeyVault/vaults/')) return 'vault';
  if (path.startsWith('Microsoft.Insights/components/')) return 'appInsights';
  if (/^Microsoft\.DurableTask\/schedulers\/[^/]+\/taskHubs\/[^/]+$/.test(path)) return 'taskHub';
  return path;
}
