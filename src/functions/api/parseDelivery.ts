import type { HttpRequest } from '@azure/functions';
import { deliveryFaults, maxFiles, WantedDelivery } from '../../core/delivery/request';
import type { Caller } from '../../app/access/caller';
import { askedBy, itemFor, mailboxFor, scopeOf } from './ofCaller';
import type { HttpDependencies } from './serve';
import { readJson, smallBodyBytes } from './body';
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

/** One file with the longest blob name and name, each character written as \u…. A message and resources may be larger. */
const fileBytes = 10 * 1024;

function limitOf(json: unknown): number {
  if (!isObject(json) || ['message', 'reply', 'forward'].some((name) => Object.hasOwn(json, name))) return Infinity;
  const files: unknown[] = Array.isArray(json['attachments']) ? json['attachments'] : [];
  if (files.some((file) => isObject(file) && Object.hasOwn(file, 'resource'))) return Infinity;
  return smallBodyBytes + Math.min(files.length, maxFiles) * fileBytes;
}

type Body = ReturnType<ReturnType<typeof deliveryBody>['parse']>;

/** Undefined where it says nothing or too much of where the files go: `targetFaults` tells. */
function wantedDelivery({ attachments, ...body }: Body, caller: Caller): WantedDelivery | undefined {
  const to = targetOf(body, caller);
  const { send, notifyAttendees, verify, onFailure, callbackUrl, reference = null } = body;
  const files = attachments.map(({ blob, ...file }) => ({ ...file, blob }));
  const common = { send, notifyAttendees, verify, onFailure, ...(callbackUrl === undefined ? {} : { callbackUrl }) };
  return to && { ...common, ...askedBy(caller), to, files, reference, source: 'delivery' };
}

function targetOf(
  { item, mailbox, message, reply, forward }: Omit<Body, 'attachments'>,
  caller: Caller,
): WantedDelivery['to'] | undefined {
  if (item) return { kind: 'item', ...itemFor(caller, item) };
  if (reply) {
    const { to, all, comment } = reply;
    return { kind: 'reply', all, ...(comment === undefined ? {} : { comment }), ...itemFor(caller, to) };
  }
  if (forward) {
    const { of, to: recipients, comment } = forward;
    return { kind: 'forward', recipients, ...(comment === undefined ? {} : { comment }), ...itemFor(caller, of) };
  }
  return mailbox && message && { kind: 'newDraft', mailbox: mailboxFor(caller, mailbox), message };
}

const oneTarget = 'Give item, or mailbox and message, or reply, or forward.';

/** Where the files go, said once; looked at in the JSON itself, so that it is told along with the other faults. */
function targetFaults(json: unknown): Fault[] {
  const has = (name: string): boolean => isObject(json) && Object.hasOwn(json, name);
  if (!isObject(json)) return [];
  const fault = (pointer: string, detail: string): Fault => ({ pointer, detail, code: 'InvalidRequest' });
  const [first] = ['item', 'reply', 'forward'].filter(has);
  if (first) {
    const more = ['item', 'reply', 'forward', 'mailbox', 'message'].filter((name) => name !== first && has(name));
    return more.map((name) => fault(`/${name}`, oneTarget));
  }
  if (!has('mailbox') && !has('message')) return [fault('/item', oneTarget)];
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
