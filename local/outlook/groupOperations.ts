/** Group conversations: a reply is the only way to attach, and it tells no id. */
import { parseAttachment, type ParsedAttachment } from './attachmentBodies';
import { attachParsed, bodyContext } from './attachmentOperations';
import type { Call } from './call';
import type { Exchange } from './http';
import { hidden, newItem, requireItem } from './items';
import { isJson } from './json';
import type { Target } from './target';
import { Refusal } from './wireErrors';
import type { World } from './world';

/** POST thread/reply or post/reply: a new post that holds the attachments. 202 without a body: no id is told. */
export async function reply(world: World, exchange: Exchange, target: Target): Promise<Call> {
  const item = requireItem(world, target.path);
  const body = await exchange.json(world.config.jsonMaxBytes);
  const post = isJson(body) ? body['post'] : undefined;
  if (!isJson(post)) throw new Refusal('bodyInvalid', 'post is missing');
  const { attachments = [], ...props } = post;
  if (!Array.isArray(attachments)) throw new Refusal('bodyInvalid', 'attachments');
  const context = bodyContext(world, { ...item, kind: 'post' }, target.version, 'reply');
  const parsed: ParsedAttachment[] = attachments.map((attachment) => parseAttachment(attachment, context));
  const chain = item.kind === 'thread' ? [...item.chain, item.graphId] : item.chain;
  return {
    op: 'reply',
    item,
    name: parsed[0]?.values.name,
    commit: (options) => {
      const visibleAt = world.now() + (options.listLagMs ?? 0);
      const made = newItem(world, {
        kind: 'post',
        owner: item.owner,
        chain,
        props,
        visibleAt,
        ...hidden(world, options),
      });
      for (const one of parsed) attachParsed(world, made, one, options);
      return { status: 202 };
    },
  };
}
