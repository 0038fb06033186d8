/** How a peer sends a file: the Graph SDK's LargeFileUploadTask, or a loop of plain `fetch`. */
export type Way = 'sdk' | 'raw';

/** What the peer does when an upload throws: nothing, resume the session, or the whole again. */
export type OnFailure = 'stop' | 'resume' | 'again';

/** One run of a peer in a process of its own. */
export interface Job {
  way: Way;
  onFailure: OnFailure;
  /** origin of Graph, https */
  graphUrl: string;
  /** connection string of the storage, container and name of the blob */
  storage: string;
  container: string;
  blob: string;
  size: number;
  rangeBytes: number;
  /** Graph paths of the items; each gets the blob once, as `file.bin` */
  items: string[];
  /** so many uploads at once */
  parallel: number;
}

/** What it has used, and for which items it believes that it succeeded. */
export interface Outcome {
  wallMs: number;
  cpuSeconds: number;
  peakBytes: number;
  succeeded: string[];
  /** what the other uploads ended with */
  errors: string[];
}
