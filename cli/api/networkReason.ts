/** Why a fetch got no answer, without its URL: that may be a secret. */
export function networkReason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'no connection';
  if (cause.name === 'TimeoutError') return 'no answer in time';
  const inner = cause.cause;
  const code = (inner as { code?: unknown } | undefined)?.code ?? (cause as { code?: unknown }).code;
  return typeof code === 'string' ? code : cause.name;
}
