/** The API's answers as far as the command line reads them. Everything optional is missing in older versions of the app. */

export type Status = 'queued' | 'running' | 'waiting' | 'cancelling' | 'succeeded' | 'failed' | 'cancelled';

/** RFC 9457 with the app's own members. */
export interface ProblemView {
  type?: string;
  status?: number;
  detail?: string;
  code?: string;
  retryable?: boolean;
  requestId?: string;
  serviceRequestId?: string;
  errors?: { pointer: string; detail: string }[];
  leftBehind?: unknown[];
}

/** What uploads and deliveries have in common. */
export interface ResourceView {
  id: string;
  status: Status;
  item: string | null;
  reference: string | null;
  progress: { bytesSent: number; bytesTotal: number; percent: number };
  waitingFor?: string;
  waitingUntil?: string | null;
  warnings: { code: string; detail: string }[];
  error?: ProblemView;
  timeline?: { at: string; event: string; detail?: string }[];
  createdAt: string;
  updatedAt: string;
}

export interface UploadView extends ResourceView {
  blob: string | null;
  name: string;
  size: number | null;
  delivery?: string;
  retryOf?: string;
  removedAt?: string;
  attachment?: {
    id: string | null;
    name?: string | null;
    location: string | null;
    sha256: string | null;
    verified: boolean;
    method: string;
  } | null;
}

export interface DeliveryView extends ResourceView {
  uploads: UploadView[];
  send: boolean;
  sent: boolean | null;
}

/** POST /api/files */
export interface NewFileView {
  blob: string;
  uploadUrl: string; // a secret
  expiresAt: string;
  blockSize: number;
}

/** POST /api/uploads?dryRun=true */
export interface CheckedView {
  status: 'checked';
  blob: string;
  item: string;
  name: string;
  contentType: string;
  size: number;
  method: string;
  ranges: number;
  warnings: { code: string; detail: string }[];
}

export interface PageView<T> {
  value: T[];
  nextLink?: string;
}

const finalStates: readonly Status[] = ['succeeded', 'failed', 'cancelled'];

/** Whether nothing more will happen to it. */
export const isFinal = ({ status }: { status: Status }): boolean => finalStates.includes(status);

/** Whether it failed in a way that leaves open what is at the service. */
export const isUnknown = ({ status, error }: { status: Status; error?: ProblemView }): boolean =>
  status === 'failed' && error?.code === 'OutcomeUnknown';
