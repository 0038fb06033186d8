import type { TokenCredential } from '@azure/identity';
import type { DurableClient } from 'durable-functions';
import { v7 } from 'uuid';
import { aesSecretBox } from './adapters/secrets/box';
import { azureBlobSource } from './adapters/blobs/source';
import { credentialOf, tokenSource } from './adapters/graph/tokens';
import { blobReceipts } from './adapters/blobs/receipts';
import { blobResources } from './adapters/blobs/resources';
import { blobStaging } from './adapters/blobs/staging';
import { callbackSender } from './adapters/callbacks/sender';
import { durableInstances } from './adapters/durable/instances';
import { graphCheck } from './adapters/graph/check';
import { graphAttachments } from './adapters/graph/attachments';
import { graphClient } from './adapters/graph/client';
import { graphItems } from './adapters/graph/items';
import { graphMessages } from './adapters/graph/messages';
import { storageNames } from './adapters/hubNames';
import { outlookUploadSessions } from './adapters/graph/outlookSessions';
import { tracing } from './adapters/telemetry/current';
import { tableCallbacks } from './adapters/tables/callbacks';
import { tableDeliveries } from './adapters/tables/deliveries';
import { tableNylasStore } from './adapters/tables/nylas';
import { tableUploadRecords, TableUploadRecords } from './adapters/tables/uploads';
import { todoUploadSessions } from './adapters/graph/todoSessions';
import { AttachmentKind, graphVersionOf, kindOf, postPathOf } from './core/items/kinds';
import type { Mailbox } from './core/items/mailbox';
import type { Item } from './core/items/path';
import type { BlobSource } from './core/blob';
import type { CallbackSender, CallbackStore } from './core/callback/ports';
import type { DeliveryRecords } from './core/delivery/ports';
import type { Instances } from './core/job/ports';
import type { Tracing } from './core/job/tracing';
import type { NylasStore } from './core/nylas/store';
import type { Receipts } from './core/outbox/ports';
import type { Resources, SecretBox, StagedBlobs } from './core/upload/ports';
import type { BrowseApi } from './core/wire/browse';
import type { AttachmentApi, MailApi, UploadSessionApi } from './core/wire/ports';
import { readEnvironment, SettingProblem, Settings } from './settings';
import type { StorageAccount } from './storageAccount';

/** Everything that functions need from outside, put together once. Tests pass their own. */
export interface Dependencies {
  readonly settings: Settings;
  /** Problems of the settings: while there are any, every route answers 503 and running uploads wait. */
  readonly problems: readonly SettingProblem[];
  readonly blobs: BlobSource;
  readonly records: TableUploadRecords;
  readonly deliveries: DeliveryRecords;
  readonly receipts: Receipts;
  readonly resources: Resources;
  readonly staged: StagedBlobs;
  readonly nylas: NylasStore;
  readonly callbacks: CallbackStore;
  readonly callbackSender: CallbackSender;
  readonly attachments: AttachmentApi;
  readonly messages: MailApi;
  readonly browse: BrowseApi;
  /** The upload session protocol that this item speaks. */
  sessions(item: Item): UploadSessionApi;
  readonly secrets: SecretBox;
  instances(client: DurableClient): Instances;
  /** Whether Graph gives a token and, where a mailbox is known, answers for it: undefined, or why not. Asked at most every 30 s. */
  graphCheck(mailbox: Mailbox | undefined): Promise<string | undefined>;
  readonly tracing: Tracing;
  clock(): number; // ms since 1970
  sleep(ms: number): Promise<void>;
  /** UUIDs of version 7 (RFC 9562): they only grow, so that they sort by time, and are hard to guess. */
  newId(): string;
}

let built: Dependencies | undefined;
export const dependencies = (): Dependencies => (built ??= build());

/** Wrong settings do not throw here: what cannot be built is built when it is first asked for, and then nobody asks. */
function build(): Dependencies {
  const { settings, problems } = readEnvironment();
  // once and all at once; there is no invocation to log in
  if (problems.length > 0)
    console.error(`Settings: ${problems.map((each) => `${each.name}: ${each.detail}`).join(' ')}`);
  const unreadable = (rowKey: string): void => console.error(`A record cannot be read and is left out: row ${rowKey}.`);
  const unlisted = once((container: string, prefix: string): void =>
    console.error(
      `Azurite cannot list a blob of ${container}, because its name holds a character that XML cannot hold. The blob is left ` +
        `out: remove it. Its name begins with ${JSON.stringify(prefix)}.`,
    ),
  );
  const clock = Date.now;
  const names = storageNames(settings.hub);
  const { root, version } = settings.graph;
  const tokens = tokenSource({ graphRoot: root, loopback: settings.graph.loopback });
  const graph = graphClient({ graphRoot: root, tokens, defaultVersion: version });
  const outlook = outlookUploadSessions({
    graph,
    hosts: settings.graph.uploadHosts,
    allowLoopback: settings.graph.loopback,
    versionOf: (item) => graphVersionOf(item.form, 'file'),
  });
  const todo = todoUploadSessions({ graph, tokens });
  return {
    settings,
    problems,
    blobs: lazy(() => azureBlobSource({ account: blobAccount(settings.source) })),
    records: lazy(() => tableUploadRecords(tableAccount(settings.storage), names.uploads, unreadable)),
    deliveries: lazy(() => tableDeliveries(tableAccount(settings.storage), names.deliveries, unreadable)),
    receipts: lazy(() => blobReceipts(blobAccount(settings.source), settings.hub, unlisted)),
    resources: lazy(() => blobResources(blobAccount(settings.storage), names.resources)),
    staged: lazy(() => blobStaging(blobAccount(settings.source), clock, names.staged)),
    callbacks: lazy(() => tableCallbacks(tableAccount(settings.storage), names.callbacks)),
    callbackSender: callbackSender({ loopback: settings.graph.loopback }),
    nylas: lazy(() => tableNylasStore(tableAccount(settings.storage), names.nylas)),
    attachments: graphAttachments({
      graph,
      versionOf: (item, body) => graphVersionOf(item.form, kindIn(body)),
      postPathOf,
    }),
    messages: graphMessages(graph),
    browse: graphItems(graph, (item) => graphVersionOf(item.form, 'file')),
    sessions: (item) => (kindOf(item.form).protocol === 'todo' ? todo : outlook),
    secrets: lazy(() => aesSecretBox(settings.uploadUrlKeys)),
    instances: durableInstances,
    graphCheck: graphCheck(tokens, graph, clock),
    tracing: tracing(),
    clock,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    newId: () => v7(),
  };
}

/** The kind of attachment in a POST's body: its type stands at its beginning. */
const kindIn = (body: string | undefined): AttachmentKind =>
  body?.slice(0, 2000).includes('#microsoft.graph.referenceAttachment') ? 'referenceAttachment' : 'file';

function blobAccount(account: StorageAccount) {
  const { access, blobEndpoint } = account;
  return access.kind === 'connectionString'
    ? { connectionString: access.connectionString }
    : { blobServiceUri: blobEndpoint, credential: identity(access) };
}

function tableAccount(account: StorageAccount) {
  const { access, tableEndpoint } = account;
  return access.kind === 'connectionString'
    ? { connectionString: access.connectionString }
    : { endpoint: tableEndpoint, credential: identity(access) };
}

const identity = (access: { managed: boolean; clientId?: string }): TokenCredential => credentialOf(access);

/** Built at the first use: an adapter may refuse settings that are wrong, and loading the app must not. */
function lazy<T extends object>(make: () => T): T {
  let made: T | undefined;
  return new Proxy({} as T, { get: (_target, name) => Reflect.get((made ??= make()), name) as unknown });
}

/** The same words once: listings come by every minute. */
function once(tell: (...words: [string, string]) => void): typeof tell {
  const told = new Set<string>();
  return (...words) => {
    const key = words.join('/');
    if (told.has(key)) return;
    told.add(key);
    tell(...words);
  };
}
