import { createHash } from 'node:crypto';

/** Names in the host's storage account, one set for each task hub: several hubs may share an account. */
export interface StorageNames {
  readonly uploads: string;
  readonly deliveries: string;
  readonly nylas: string;
  readonly callbacks: string;
  readonly resources: string;
  /** What the names of this hub's folders of staged blobs begin with. */
  readonly staged: string;
}

/** The hub of host.json has the names without an addition: its tables are there since version 0.1. */
const firstHub = 'blobtooutlook';

/** Table names have 3 to 63 letters and digits, container names 3 to 63 lower-case letters, digits and single dashes. */
export function storageNames(hub: string): StorageNames {
  const isFirst = hub.toLowerCase() === firstHub;
  const letters = hub.replace(/[^A-Za-z0-9]/g, '').slice(0, 12);
  const hash = createHash('sha256').update(hub.toLowerCase()).digest('hex').slice(0, 8);
  const own = isFirst ? '' : letters + hash;
  return {
    uploads: `blobToOutlook${own}Uploads`,
    deliveries: `blobToOutlook${own}Deliveries`,
    nylas: `blobToOutlook${own}Nylas`,
    callbacks: `blobToOutlook${own}Callbacks`,
    resources: `blob-to-outlook-resources${own && `-${own.toLowerCase()}`}`,
    staged: isFirst ? '' : `${hash}.`,
  };
}
