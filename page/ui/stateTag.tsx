import type { Resource } from '../api/types';
import { stateWord, toneOf } from '../words/states';
import { StateIcon } from './icons';

/** The state of an upload or a delivery: a sign and a word. */
export const StateTag = ({ resource, word }: { resource: Resource; word?: string }) => (
  <span class={`state ${toneOf(resource)}`}>
    <StateIcon tone={toneOf(resource)} />
    {word ?? stateWord(resource)}
  </span>
);
