import type { DeliveryRecord } from '../../core/delivery/record';
import { parseItemPath } from '../../core/items/path';
import { faultOf, faultOfRefusal, NylasFault } from '../../core/nylas/error';
import { DraftSend, endFault, NylasDraft, surelyNotSent } from '../../core/nylas/send';
import { UploadError } from '../../core/errors';
import type { Versioned } from '../../core/job/ports';
import { AcceptDependencies, acceptDelivery } from '../intake/acceptDelivery';
import type { Dependencies } from '../../dependencies';

export type DraftSendDependencies = AcceptDependencies & Pick<Dependencies, 'nylas' | 'deliveries'>;

/** How far the send of a draft has got. `arriving`: its attachments are not all there, and nothing was sent. */
export type DraftSendState =
  | { readonly kind: 'arriving'; readonly delivery: DeliveryRecord }
  | { readonly kind: 'accepted'; readonly delivery: DeliveryRecord }
  | { readonly kind: 'refused'; readonly fault: NylasFault };

/**
 * Takes a draft's send as far as it goes: once what was attached is there, it becomes a delivery, one for each send however
 * often and by whomever this is called.
 */
export async function advanceDraftSend(
  key: string,
  send: DraftSend,
  deps: DraftSendDependencies,
): Promise<DraftSendState> {
  const held = await deps.nylas.drafts.get(key);
  const now = held?.value.send;
  if (!held || now?.id !== send.id) return { kind: 'refused', fault: followed };
  if (now.fault) return { kind: 'refused', fault: now.fault };
  if (now.delivery !== undefined) return accepted(now.delivery, deps);
  const maker = held.value.madeBy === undefined ? undefined : (await deps.deliveries.get(held.value.madeBy))?.value;
  if (maker && !maker.end) return { kind: 'arriving', delivery: maker };
  const fault = maker && maker.end?.status !== 'succeeded' ? notComplete(maker) : undefined;
  const taken = fault ?? (await accept(held.value, now, deps));
  if ('status' in taken) {
    await noted(key, held, { ...now, fault: taken }, deps);
    return { kind: 'refused', fault: taken };
  }
  await noted(key, held, { ...now, delivery: taken.id }, deps);
  return { kind: 'accepted', delivery: taken };
}

/** Whether this send is over without any doubt that nothing was sent: then another may follow. */
export async function mayFollow(send: DraftSend, { deliveries }: Pick<Dependencies, 'deliveries'>): Promise<boolean> {
  if (send.fault) return true;
  const record = send.delivery === undefined ? undefined : (await deliveries.get(send.delivery))?.value;
  return record !== undefined && surelyNotSent(record);
}

async function accept(
  draft: NylasDraft,
  send: DraftSend,
  deps: DraftSendDependencies,
): Promise<DeliveryRecord | NylasFault> {
  const parsed = parseItemPath(draft.item);
  if (!parsed.ok) return faultOf(404, 'mail', 'There is no draft with this id.');
  try {
    const { delivery } = await acceptDelivery(
      {
        to: { kind: 'item', item: parsed.item, itemText: draft.item },
        files: [],
        send: true,
        onFailure: 'keep',
        reference: null,
        source: 'nylas',
      },
      { ...deps, settings: { ...deps.settings, intake: 'open' } }, // this send was taken when its draft was asked for
      { scope: 'POST /v3/drafts', key: send.id, fingerprint: send.id },
    );
    return delivery;
  } catch (cause) {
    const fault = cause instanceof UploadError ? faultOfRefusal(cause.problem, 'mail') : undefined;
    if (fault && fault.status < 500) return fault;
    throw cause; // it may pass by
  }
}

/** Conditional: whoever was quicker has written the same. */
async function noted(
  key: string,
  held: Versioned<NylasDraft>,
  send: DraftSend,
  { nylas, clock }: DraftSendDependencies,
): Promise<void> {
  await nylas.drafts.replace(key, { ...held.value, send }, held.version, clock());
  await nylas.openSends.remove(send.id);
}

async function accepted(id: string, { deliveries }: DraftSendDependencies): Promise<DraftSendState> {
  const record = (await deliveries.get(id))?.value;
  return record
    ? { kind: 'accepted', delivery: record }
    : { kind: 'refused', fault: faultOf(404, 'mail', 'This send is over; its record was removed.') };
}

export const followed = faultOf(
  404,
  'mail',
  'This send surely sent nothing, and another one of the draft has followed.',
);

const notComplete = (maker: DeliveryRecord): NylasFault => ({
  ...endFault(maker),
  message: `Its attachments could not all be added, so it is not sent: ${endFault(maker).message}`,
});
