import { useState } from 'preact/hooks';

/** A value that is taken elsewhere: whole for the eye, and copied by a button. */
export function Copyable({ value, what }: { value: string; what: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <span class="copyable">
      <code>{value}</code>
      {'clipboard' in navigator && (
        <button type="button" class="quiet small" onClick={() => void copy()} aria-label={`Copy ${what}`}>
          {copied ? 'Copied' : 'Copy'}
        </button>
      )}
    </span>
  );
}
