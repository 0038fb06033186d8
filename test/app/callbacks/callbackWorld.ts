import { acceptUpload } from '../../../src/app/intake/acceptUpload';
import type { CallbackSender } from '../../../src/core/callback/ports';
import type { UploadEnd } from '../../../src/core/upload/record';
import type { HttpDependencies } from '../../../src/functions/api/serve';
import type { Settings } from '../../../src/settings';
import { parseItemPath } from '../../../src/core/items/path';
import { memoryDeliveries } from '../../functions/support/memoryDeliveries';
import { world } from '../../functions/support/world';

export const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', `whsec_${Buffer.alloc(32, 3).toString('base64')}`];
export const url = 'https://hooks.example.org/outlook?token=s3cr3t';

export interface Posted {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly at: number;
}
type Answer = Awaited<ReturnType<CallbackSender['post']>>;

/** The app's surroundings in memory, a receiver that answers as it is told, and an upload with a callback. */
export function callbackWorld(changes: Partial<Settings> = {}) {
  const w = world({ webhookSecrets: secrets, allowedCallbackHosts: ['*.example.org'], ...changes });
  w.putBlob('uploads/q3.pdf');
  const posted: Posted[] = [];
  const answers: Answer[] = [];
  const callbackSender: CallbackSender = {
    post: async (to, headers, body) => {
      posted.push({ url: to, headers: { ...headers }, body, at: w.deps.clock() });
      return answers.shift() ?? { kind: 'answer', status: 204 };
    },
  };
  const deps = { ...w.deps, deliveries: memoryDeliveries(), callbackSender };
  const item = parseItemPath('users/megan@contoso.com/messages/AAMkAD=');
  if (!item.ok) throw new Error(item.detail);

  const accept = async (callbackUrl = url, name = 'q3.pdf') => {
    const wanted = {
      blob: { container: 'uploads', name: 'q3.pdf' },
      item: item.item,
      itemText: 'users/megan@contoso.com/messages/AAMkAD=',
      name,
      isInline: false,
      reference: null,
      duplicate: 'reuse' as const,
      source: 'http' as const,
    };
    return (await acceptUpload({ ...wanted, callbackUrl }, deps)).record;
  };
  const ends = async (id: string, status: UploadEnd['status'] = 'succeeded'): Promise<void> => {
    const held = (await w.records.get(id))!;
    const end: UploadEnd = { status, warnings: [], timeline: [], bytesSent: 0, endedAt: w.deps.clock() };
    await w.records.replace({ ...held.value, state: status, end }, held.version);
  };
  return { ...w, deps: deps as typeof deps & HttpDependencies, posted, answers, accept, ends };
}
export type CallbackWorld = ReturnType<typeof callbackWorld>;
