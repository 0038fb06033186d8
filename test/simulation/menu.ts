import type { Mishap } from '../orchestrators/support/activityRun';
import type { BlobFault, Deployment, Happening, Loss, Operation, RecordFault, WireFault } from './faults';

const s = 1000;
const answer = (status: number, code?: string): WireFault => ({
  kind: 'answer',
  status,
  ...(code === undefined ? {} : { code }),
});
const throttled = (retryAfter?: string): WireFault => ({
  kind: 'answer',
  status: 429,
  code: 'ApplicationThrottled',
  ...(retryAfter === undefined ? {} : { retryAfter }),
});
const notFound = answer(404, 'ErrorItemNotFound');
const denied = answer(403, 'ErrorAccessDenied');
/** Before and after SETTLE, which is 60 s. */
const early = 20 * s;
const afterSettle = 75 * s;
const minutes = (n: number): number => n * 60 * s;

/** What tells apart how the app goes on: the pairs are made of these. */
export const wireMenu: Readonly<Record<Operation, readonly WireFault[]>> = {
  list: [throttled('30'), answer(503), notFound, denied, { kind: 'resetBefore' }],
  post: [
    throttled('30'),
    answer(503),
    notFound,
    denied,
    answer(413),
    { kind: 'resetBefore' },
    { kind: 'resetAfter' },
    { kind: 'late', ms: early },
    { kind: 'late', ms: afterSettle },
    { kind: 'unseen', ms: early },
    { kind: 'lag', ms: early },
    { kind: 'corrupt' },
    { kind: 'noLocation' },
  ],
  create: [
    throttled('30'),
    answer(503),
    notFound,
    denied,
    answer(400, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize'),
    { kind: 'resetAfter' },
    { kind: 'expire' },
  ],
  put: [
    throttled('30'),
    answer(503),
    answer(401, 'InvalidAudienceForResource'),
    denied,
    notFound,
    answer(416, 'invalidRange'),
    answer(400, 'ErrorMessageSizeExceeded'),
    { kind: 'resetBefore' },
    { kind: 'resetAfter' },
    { kind: 'late', ms: early },
    { kind: 'late', ms: afterSettle },
    { kind: 'unseen', ms: early },
    { kind: 'lag', ms: early },
    { kind: 'partly', bytes: 1 },
    { kind: 'sameOffset' },
    { kind: 'holes' },
    { kind: 'early' },
    { kind: 'expire' },
    { kind: 'corrupt' },
    { kind: 'noLocation' },
    { kind: 'noRanges' },
  ],
  status: [throttled('30'), answer(503), notFound, { kind: 'resetBefore' }],
  cancel: [throttled('30'), answer(503), denied, answer(401), { kind: 'resetBefore' }, { kind: 'resetAfter' }],
  metadata: [throttled('30'), answer(503), notFound, denied, { kind: 'resetBefore' }],
  value: [throttled('30'), answer(503), notFound, denied, { kind: 'resetBefore' }],
  remove: [throttled('30'), answer(503), denied, { kind: 'resetBefore' }, { kind: 'resetAfter' }],
};

/** An item, or what was attached, that is not to be seen for minutes. */
const hidden: readonly WireFault[] = [
  { kind: 'hidden', ms: 45 * s },
  { kind: 'hidden', ms: minutes(4) },
];
const behind: readonly WireFault[] = [
  { kind: 'lag', ms: minutes(1) },
  { kind: 'lag', ms: minutes(5) },
  { kind: 'young', ms: 45 * s },
  { kind: 'young', ms: minutes(3) },
  { kind: 'young', ms: minutes(5) },
];

/** Codes say more than statuses, whatever the status. */
const codes: readonly WireFault[] = [
  answer(400, 'ErrorServerBusy'),
  answer(400, 'ErrorMailboxStoreUnavailable'),
  answer(403, 'ErrorMailboxMoveInProgress'),
  answer(400, 'CommandConcurrencyLimitReached'),
  answer(412, 'ErrorIrresolvableConflict'),
  answer(400, ''),
];

/** Told in other words, and decided as one of the above: met alone, and by chance. */
const likeOthers: readonly WireFault[] = [
  throttled(),
  throttled('1'),
  throttled('2.128'),
  throttled('Sun, 22 Nov 2026 09:00:40 GMT'),
  answer(500),
  answer(502),
  answer(504),
  { kind: 'timeoutAfter' },
  { kind: 'answerAfter', status: 504 },
  ...codes,
];
const likeOthersOf: Partial<Record<Operation, readonly WireFault[]>> = {
  list: hidden,
  post: [...hidden, ...behind, { kind: 'hollow' }],
  create: hidden,
  put: [
    answer(410),
    answer(413),
    answer(400, 'invalidRange'),
    { kind: 'partly', bytes: 0 },
    ...behind,
    { kind: 'hollow' },
  ],
  metadata: hidden,
  value: hidden,
  cancel: [
    { kind: 'refuses', ms: minutes(20) },
    { kind: 'refuses', ms: minutes(8 * 60) },
  ],
};

export const fullWireMenu = (operation: Operation): readonly WireFault[] => [
  ...wireMenu[operation],
  ...likeOthers,
  ...(likeOthersOf[operation] ?? []),
];

export const blobMenu: readonly BlobFault[] = ['changed', 'missing', 'unreachable'];
export const recordMenu: readonly RecordFault[] = ['before', 'after'];
/** Everything but the crash, which the enumeration puts at every moment of its own. */
export const happeningMenu: readonly Happening[] = ['cancel', 'cancelUnheard', 'startAgain', 'rotateKey'];
/** The orchestration is lost, or another version of the app goes on with it. All of them are to end as if nothing had been. */
export const lossMenu: readonly (Loss | Deployment)[] = [
  'lose',
  'vanish',
  'terminate',
  'loseBare',
  'stick',
  'deploySteps',
  'deployOrder',
  'deploySchema',
  'rollBack',
];

/** The worker or the host dies at a wait of an activity. */
export const deathsAt = (at: number): Mishap[] => [
  { kind: 'dies', at },
  { kind: 'comesAgain', at },
];

/** A run that nobody waits for any more, or a second one. */
export const doublesAt = (at: number): Mishap[] => [
  { kind: 'zombie', at, ms: 100 * s, then: 'fails' },
  { kind: 'zombie', at, ms: 100 * s, then: 'comesAgain' },
  ...(at === 0 ? twice : []),
];
const twice = [0, 30, 1 * s].flatMap((gapMs): Mishap[] => [
  { kind: 'twice', gapMs, wins: 0 },
  { kind: 'twice', gapMs, wins: 1 },
]);
