/** Why a call to Azure failed, in words of our own: an SDK's message may hold a SAS or a token. */
export interface AzureFault {
  readonly status: number | undefined;
  /** the service's code, the network's, or the error's name */
  readonly code: string;
}

export function azureFaultOf(error: unknown): AzureFault {
  if (!(error instanceof Error)) return { status: undefined, code: 'unknown' };
  const { code, statusCode, details } = error as {
    code?: unknown;
    statusCode?: unknown;
    details?: { errorCode?: unknown; odataError?: { code?: unknown } };
  };
  const entra = /\bAADSTS\d+\b/.exec(error.message)?.[0];
  const codes = [entra, details?.errorCode, details?.odataError?.code, code];
  const named = codes.find(
    (each): each is string => typeof each === 'string' && each !== '' && each !== 'REQUEST_SEND_ERROR',
  );
  const network = /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|CERT_[A-Z_]+)\b/.exec(error.message)?.[0];
  return { status: typeof statusCode === 'number' ? statusCode : undefined, code: named ?? network ?? error.name };
}

/** The fault in a sentence. */
export const faultText = ({ status, code }: AzureFault): string =>
  status === undefined ? `It gave no answer (${code}).` : `It answered ${status} ${code}.`;
