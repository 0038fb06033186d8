import type { AppSettings } from './appSettings';
import { failed, type Finding, ok, skipped } from './finding';
import { Graph } from './graph';
import { graphFailure } from './graphFix';
import { mailboxOf } from './mailboxes';

/** A mailbox that is not meant must answer 403: Graph's permissions reach every mailbox unless they are scoped. It only reads. */
export async function forbiddenCheck(
  settings: AppSettings,
  text: string | undefined,
  bearer: string,
): Promise<Finding> {
  if (text === undefined)
    return skipped('forbidden mailbox', 'None was named.', 'Name one that the app must not reach: --forbidden MAILBOX');
  const { path, owner } = mailboxOf(text);
  const check = `forbidden mailbox ${owner}`;
  const graph = new Graph(settings.graph.root, settings.graph.version, bearer);
  const answer = await graph.call('GET', `${path}/messages?$top=1&$select=id`);
  if (answer.status === 403) return ok(check, `Microsoft Graph answered 403 ${answer.code}, as it should.`);
  if (answer.status === 404)
    return failed(
      check,
      'There is no such mailbox, so nothing is proven.',
      'Name an existing mailbox that the app must not reach.',
    );
  if (answer.status !== 200) return graphFailure(check, answer);
  return failed(
    check,
    'It is open: the app’s identity can read it.',
    'Scope the identity by Exchange’s RBAC for Applications, and remove what was consented to in Entra: both together open ' +
      'every mailbox. (The stand-in of npm start has no permissions: there every mailbox is open.)',
  );
}
