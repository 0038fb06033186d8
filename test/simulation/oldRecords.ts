import type { UploadRecord, UploadRequest } from '../../src/core/upload/record';
import { itemIdOf } from './scenario';
import type { Surroundings } from './surroundings';

/** A record as version 0.1 left it: its last range, or its POST, was on its way when the app was replaced, and has attached. */
export function asOldRecord(request: UploadRequest, world: Surroundings, strangerId: string): UploadRecord {
  const { service, secrets, bytes } = world;
  const created = service.create(request.id, itemIdOf(request.item ?? undefined), request.name, bytes.length);
  const url = created.kind === 'reply' ? (created.json as { uploadUrl: string }).uploadUrl : '';
  const [session] = service.sessions;
  if (session) session.isKnown = () => true;
  service.attach(request.id, itemIdOf(request.item ?? undefined), request.name, bytes);
  const sealedUrl = secrets.seal(url, request.id);
  const old = {
    id: request.id,
    request,
    state: 'active',
    claimedBy: 'an execution of version 0.1',
    intents: ['an execution of version 0.1/7'],
    baseline: [strangerId],
    session: { sealedUrl, expiresAt: session?.state.expiresAt ?? 0 },
    updatedAt: request.createdAt,
  };
  return old as unknown as UploadRecord;
}
