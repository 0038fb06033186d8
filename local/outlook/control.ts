/** The control API below `/_/` of the Graph origin: for tests, the demo and the page. It wants no bearer. */
import * as z from 'zod';
import { attachmentOf } from './attachments';
import { patched } from './config';
import { describeAttachments, describeItem, describeSessions } from './descriptions';
import { decoded, type Exchange } from './http';
import { hidden } from './items';
import { createAt } from './newItems';
import type { Reply } from './reply';
import { seed } from './seeds';
import { settle } from './service';
import { NotFoundFor } from './visibility';
import type { World } from './world';

const NewItem = z.strictObject({
  path: z.string(),
  props: z.record(z.string(), z.unknown()).default({}),
  notFoundFor: NotFoundFor.optional(),
});
const Advance = z.strictObject({ advanceSeconds: z.number().min(0) });
const BODY_BYTES = 1024 * 1024;

type Action = (world: World, exchange: Exchange) => Reply | Promise<Reply>;

const ok = (json: unknown): Reply => ({ status: 200, json });

const ACTIONS: Record<string, Action> = {
  'POST reset': (world) => {
    reset(world);
    return { status: 204 };
  },
  'GET config': (world) => ok(world.config),
  'PATCH config': async (world, exchange) => {
    world.config = patched(world.config, await exchange.json(BODY_BYTES));
    return ok(world.config);
  },
  'GET profile': (world) => ok({ profile: world.profile ?? null }),
  'GET clock': (world) => ok(timeOf(world)),
  'POST clock': async (world, exchange) => {
    world.clock.advance(Advance.parse(await exchange.json(BODY_BYTES)).advanceSeconds);
    settle(world);
    return ok(timeOf(world));
  },
  'GET items': (world) => ok({ value: world.store.items.all().map((item) => describeItem(world, item)) }),
  'POST items': async (world, exchange) => {
    const { path, props, notFoundFor } = NewItem.parse(await exchange.json(BODY_BYTES));
    const item = createAt(world, path, props, hidden(world, { notFoundFor }));
    if (item === undefined) return { status: 400, json: { error: 'not the path of an item, or its id is taken' } };
    return { status: 201, json: describeItem(world, item) };
  },
  'GET attachments': async (world, { url }) =>
    ok({ value: await describeAttachments(world, url.searchParams.get('item')) }),
  'GET sessions': (world) => ok({ value: describeSessions(world) }),
  'GET violations': (world, { url }) => {
    const level = url.searchParams.get('level');
    return ok({ value: world.journal.violations.filter((violation) => level === null || violation.level === level) });
  },
  'DELETE violations': (world) => {
    world.journal.violations = [];
    return { status: 204 };
  },
  'GET requests': (world) => ok({ value: world.journal.requests }),
  'GET mailboxes': (world) => ok({ value: world.throttle.report() }),
  'POST faults': async (world, exchange) => {
    world.faults.add(await exchange.json(BODY_BYTES));
    return ok(world.faults.report());
  },
  'GET faults': (world) => ok(world.faults.report()),
  'DELETE faults': (world) => {
    world.faults.clear();
    return { status: 204 };
  },
};

const timeOf = ({ clock, now }: World) => ({
  now: new Date(now()).toISOString(),
  aheadSeconds: clock.aheadSeconds,
});

export async function control(world: World, exchange: Exchange): Promise<Reply> {
  settle(world);
  const path = exchange.url.pathname.slice('/_/'.length);
  const download = /^attachments\/([^/]+)\/content$/.exec(path)?.[1];
  if (download !== undefined && exchange.method === 'GET') return contentOf(world, decoded(download) ?? '');
  const action = ACTIONS[`${exchange.method} ${path}`];
  if (action === undefined) return { status: 404, json: { error: 'no such action', actions: Object.keys(ACTIONS) } };
  try {
    return await action(world, exchange);
  } catch (cause) {
    if (cause instanceof z.ZodError) return { status: 400, json: { error: z.prettifyError(cause) } };
    throw cause;
  }
}

/** Back to the first start: seeds only, default configuration, no scripts, no records. */
export function reset(world: World): void {
  world.store.atomically(() => {
    world.store.clear();
    seed(world);
  });
  world.bytes.keepOnly(new Set());
  world.config = world.defaults;
  world.late = [];
  const { faults, journal, throttle, ids, clock, changes, mailboxes } = world;
  for (const part of [faults, journal, throttle, ids, clock, changes, mailboxes]) part.clear();
}

function contentOf(world: World, id: string): Reply {
  const { file, bytes, name, contentType } = attachmentOf(world, id) ?? {};
  if (file === undefined || bytes === undefined)
    return { status: 404, json: { error: 'no such attachment, or it has no bytes' } };
  const disposition = `attachment; filename*=UTF-8''${encodeURIComponent(name ?? 'attachment')}`;
  const headers = { 'content-type': contentType ?? 'application/octet-stream', 'content-disposition': disposition };
  return { status: 200, headers, file: { path: world.bytes.pathOf(file), length: bytes } };
}
