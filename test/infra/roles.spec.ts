import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ofType, Resource, roleTable, RoleRow, scopeOf, snapshot } from './template';

const deployer = '11111111-1111-1111-1111-111111111111';

const assignmentOf = (resource: Resource): string => {
  const { roleDefinitionId, principalId } = resource.properties as unknown as Record<string, string>;
  const who = principalId === deployer ? 'deployer' : principalId?.includes("'identity") ? 'app' : principalId;
  return `${who} ${roleDefinitionId?.split('/').at(-1)} ${scopeOf(resource)}`;
};
const assignments = (name: 'smallest' | 'everything'): string[] =>
  ofType(snapshot(name), 'Microsoft.Authorization/roleAssignments').map(assignmentOf).sort();

/** What the table says of a deployment with these options and further containers. */
function expected(options: readonly string[], extraContainers: readonly string[]): string[] {
  const scopes = ({ scope }: RoleRow): string[] =>
    scope === 'container:extra' ? extraContainers.map((each) => `container:${each}`) : [scope];
  return roleTable()
    .filter(({ when }) => when === 'always' || options.includes(when))
    .flatMap((row) => scopes(row).map((scope) => `${row.principal} ${row.roleId} ${scope}`))
    .sort();
}

describe('role assignments', () => {
  it('of the smallest deployment are those of the table that always hold', () => {
    expect(assignments('smallest')).toEqual(expected(['proveOutbox'], []));
  });

  it('of a deployment with every option are the whole table', () => {
    const options = ['proveOutbox', 'extraContainers', 'durableBackend'];
    expect(assignments('everything')).toEqual(expected(options, ['invoices', 'reports']));
  });

  it('give nothing on a resource group or a subscription', () => {
    for (const name of ['smallest', 'everything'] as const) {
      const wide = ofType(snapshot(name), 'Microsoft.Authorization/roleAssignments').filter(
        ({ id }) => !id.includes('/providers/Microsoft.Storage/') && scopeOf({ id } as Resource).includes('/'),
      );
      expect(wide).toEqual([]);
    }
  });

  it('let the app write blobs of the source account in uploads and receipts only', () => {
    const writing = roleTable().filter(
      ({ principal, role, scope }) =>
        principal === 'app' && /Blob Data (Owner|Contributor)/.test(role) && scope !== 'hostStorage',
    );
    expect(writing.map(({ scope }) => scope).sort()).toEqual(['container:receipts', 'container:uploads']);
  });
});

describe('docs/security.md', () => {
  const root = join(__dirname, '..', '..');
  const text = readFileSync(join(root, 'docs', 'security.md'), 'utf8');

  it('names tests that are there', () => {
    const named = text.match(/test\/[\w/]+\.spec\.ts/g) ?? [];
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('shows the table as it is', () => {
    const shown = text.split('\n').filter((line) => /^\| (app|deployer) \|/.test(line));
    expect(shown).toEqual(
      roleTable().map(
        ({ principal, role, scope, when, feature, why }) =>
          `| ${principal} | ${role} | \`${scope}\` | ${when} | ${feature} | ${why} |`,
      ),
    );
  });
});
