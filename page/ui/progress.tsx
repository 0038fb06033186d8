/** One stretch of the way, from 0 to 1. */
export const Progress = ({ part, label, isIdle = false }: { part: number; label: string; isIdle?: boolean }) => (
  <progress class={isIdle ? 'idle' : ''} max={1} value={Math.min(1, Math.max(0, part))} aria-label={label} />
);
