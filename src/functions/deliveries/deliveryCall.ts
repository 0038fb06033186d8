import type { HttpRequest } from '@azure/functions';
import { deliveryFaults, WantedDelivery } from '../../core/deliveryStart';
import { attachmentName } from '../../core/uploadStart';
import type { Settings } from '../../settings';
import { fingerprintOf, readJson } from '../http/body';
import { check, Fault, refuseFaults } from '../http/check';
import { deliveryBody } from '../http/schemas';
import type { Idempotency } from '../uploadClaims';
import { sourceFaults } from '../uploads/sourceFaults';
import { parseIdempotencyKey } from '../uploads/uploadCall';

export interface DeliveryCall {
  readonly wanted: WantedDelivery;
  readonly idempotency: Idempotency | undefined;
}

/** POST /api/deliveries as it came, or all its faults of form together. */
export async function parseDeliveryCall(request: HttpRequest, settings: Settings): Promise<DeliveryCall> {
  const json = await readJson(request);
  const body = check(deliveryBody(settings.source.blobEndpoint), json);
  const key = parseIdempotencyKey(request);
  const wanted = body.ok ? wantedDelivery(body.value) : undefined;
  refuseFaults([
    ...(body.ok ? [] : body.faults),
    ...targetFaults(json),
    ...fileFaults(json),
    ...(wanted ? [...nameFaults(wanted), ...deliveryFaults(wanted).map(asFault)] : []),
    ...(key.ok ? [] : key.faults),
  ]);
  if (!wanted || !key.ok) throw new Error('unreachable: faults were thrown');
  if (key.value === undefined) return { wanted, idempotency: undefined };
  return { wanted, idempotency: { scope: 'POST /api/deliveries', key: key.value, fingerprint: fingerprintOf(json) } };
}

type Body = ReturnType<ReturnType<typeof deliveryBody>['parse']>;

/** Undefined where it says neither or both of where the files go: `targetFaults` tells. */
function wantedDelivery({ item, mailbox, message, attachments, ...rest }: Body): WantedDelivery | undefined {
  const to: WantedDelivery['to'] | undefined = item
    ? { kind: 'item', item: item.item, itemText: item.text }
    : mailbox && message && { kind: 'newDraft', mailbox, message };
  const files = attachments.map(({ blob, ...file }) => ({ ...file, blob }));
  return to && { ...rest, to, files, reference: rest.reference ?? null, source: 'delivery' };
}

/** An item, or a mailbox with a message; looked at in the JSON itself, so that it is told along with the other faults. */
function targetFaults(json: unknown): Fault[] {
  const has = (name: string): boolean => isObject(json) && Object.hasOwn(json, name);
  if (!isObject(json)) return [];
  const fault = (pointer: string, detail: string): Fault => ({ pointer, detail, code: 'InvalidRequest' });
  if (has('item')) {
    return ['mailbox', 'message'].filter(has).map((name) => fault(`/${name}`, 'Give item, or mailbox and message.'));
  }
  if (!has('mailbox') && !has('message')) return [fault('/item', 'Give item, or mailbox and message.')];
  return ['mailbox', 'message'].filter((name) => !has(name)).map((name) => fault(`/${name}`, 'It is required.'));
}

function fileFaults(json: unknown): Fault[] {
  const attachments = isObject(json) ? json['attachments'] : undefined;
  if (!Array.isArray(attachments)) return [];
  return attachments.flatMap((file: unknown, index) => sourceFaults(file, `/attachments/${index}`));
}

/** A name comes from somewhere and fits. */
function nameFaults({ files }: WantedDelivery): Fault[] {
  return files.flatMap((file, index) => {
    const name = attachmentName(file);
    if (!file.blob || (name !== '' && name.length <= 255)) return [];
    const detail = 'The last segment of the blob’s name is no attachment name (1 to 255 characters): give one.';
    return [{ pointer: `/attachments/${index}/name`, detail, code: 'InvalidRequest' as const }];
  });
}

const asFault = (fault: { pointer: string; detail: string }): Fault => ({ ...fault, code: 'InvalidRequest' });

const isObject = (json: unknown): json is Record<string, unknown> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
