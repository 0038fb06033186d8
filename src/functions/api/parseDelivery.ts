import type { HttpRequest } from '@azure/functions';
import { deliveryFaults, WantedDelivery } from '../../core/delivery/request';
import type { Caller } from '../../app/access/caller';
import { askedBy, itemFor, mailboxFor, scopeOf } from './ofCaller';
import type { HttpDependencies } from './serve';
import { readJson } from './body';
import { check, Fault, faultsOf, refuseFaults } from './check';
import { idempotencyOf } from './idempotency';
import { deliveryBody } from './schemas';
import type { Idempotency } from '../../app/intake/claims';
import { isObject, nameFaults, sourceFaults } from './sourceFaults';

export interface DeliveryCall {
  readonly wanted: WantedDelivery;
  readonly idempotency: Idempotency | undefined;
}

/** POST /api/deliveries as it came, or all its faults of form together. */
export async function parseDeliveryCall(
  request: HttpRequest,
  { settings, caller }: Pick<HttpDependencies, 'settings' | 'caller'>,
): Promise<DeliveryCall> {
  const json = await readJson(request, limitOf);
  const body = check(deliveryBody(settings.source.blobEndpoint), json);
  const idempotency = idempotencyOf(request, scopeOf(caller, 'POST', 'deliveries'), json);
  const wanted = body.ok ? wantedDelivery(body.value, caller) : undefined;
  refuseFaults([
    ...faultsOf(body),
    ...targetFaults(json),
    ...fileFaults(json),
    ...(wanted ? [...namesFaults(wanted), ...deliveryFaults(wanted).map(asFault)] : []),
    ...faultsOf(idempotency),
  ]);
  if (!wanted || !idempotency.ok) throw new Error('unreachable: faults were thrown');
  return { wanted, idempotency: idempotency.value };
}

/** A hundred files with long names and paths; a message and resources may be larger. */
const filesBytes = 512 * 1024;

function limitOf(json: unknown): number {
  if (!isObject(json) || Object.hasOwn(json, 'message')) return Infinity;
  const files: unknown[] = Array.isArray(json['attachments']) ? json['attachments'] : [];
  return files.some((file) => isObject(file) && Object.hasOwn(file, 'resource')) ? Infinity : filesBytes;
}

type Body = ReturnType<ReturnType<typeof deliveryBody>['parse']>;

/** Undefined where it says neither or both of where the files go: `targetFaults` tells. */
function wantedDelivery(
  { item, mailbox, message, attachments, ...rest }: Body,
  caller: Caller,
): WantedDelivery | undefined {
  const to: WantedDelivery['to'] | undefined = item
    ? { kind: 'item', ...itemFor(caller, item) }
    : mailbox && message && { kind: 'newDraft', mailbox: mailboxFor(caller, mailbox), message };
  const files = attachments.map(({ blob, ...file }) => ({ ...file, blob }));
  return to && { ...rest, ...askedBy(caller), to, files, reference: rest.reference ?? null, source: 'delivery' };
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

const namesFaults = ({ files }: WantedDelivery): Fault[] =>
  files.flatMap((file, index) => nameFaults(file, `/attachments/${index}`));

const asFault = (fault: { pointer: string; detail: string }): Fault => ({ ...fault, code: 'InvalidRequest' });
