import type { ComponentChildren, SVGAttributes } from 'preact';
import type { Tone } from '../words/states';

const Icon = ({ children, ...rest }: { children: ComponentChildren } & SVGAttributes<SVGSVGElement>) => (
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false" {...rest}>
    {children}
  </svg>
);

const shapes: Record<Tone, ComponentChildren> = {
  good: <path d="m5 10.5 3.4 3.4L15 7" />,
  bad: <path d="m6 6 8 8m0-8-8 8" />,
  wait: <path d="M10 5.5V10l3 2" />,
  active: <path d="M10 14.5v-9m-3.5 3.5 3.5-3.5 3.5 3.5" />,
  unsure: <path d="M7.5 8a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.8-1.1 1.5M10 14.3v.1" />,
  quiet: <path d="M6 10h8" />,
};

/** The sign of a state; the word beside it says the same. */
export const StateIcon = ({ tone }: { tone: Tone }) => (
  <Icon class={`icon state-icon ${tone}`}>
    <circle cx="10" cy="10" r="8.5" class="ring" />
    {shapes[tone]}
  </Icon>
);

export const ChevronIcon = () => (
  <Icon class="icon chevron">
    <path d="m7.5 5 5 5-5 5" />
  </Icon>
);
export const ClipIcon = () => (
  <Icon>
    <path d="m13.8 8.7-4.6 4.6a1.9 1.9 0 0 1-2.7-2.7l5-5a3.1 3.1 0 0 1 4.4 4.4l-5.2 5.2a4.4 4.4 0 0 1-6.2-6.2l4.6-4.6" />
  </Icon>
);
export const FileIcon = () => (
  <Icon>
    <path d="M11.5 2.5h-6v15h9v-12zm0 0v3h3" />
  </Icon>
);
export const TrayIcon = () => (
  <svg class="tray" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <path d="M24 30V9m-8 8 8-8 8 8M8 29v8a3 3 0 0 0 3 3h26a3 3 0 0 0 3-3v-8" />
  </svg>
);
export const Mark = () => (
  <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="9" />
    <path d="M21.6 14.2 15 20.8a2.6 2.6 0 0 1-3.7-3.7l7.1-7.1a4.3 4.3 0 0 1 6.1 6.1l-7.3 7.3a6 6 0 0 1-8.5-8.5l6.3-6.3" />
  </svg>
);
