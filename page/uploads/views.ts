import type { Status } from '../api/types';

/** What the list can show: a name and the states that belong to it; none means all. */
export interface View {
  readonly id: string;
  readonly label: string;
  readonly statuses: readonly Status[];
  /** said where there is nothing to show */
  readonly empty: string;
  /** instead, where the list is the person's own */
  readonly ownEmpty?: string;
}

const nothingAttached = { empty: 'Nothing has been attached yet.', ownEmpty: 'You have attached nothing yet.' };

export const views = [
  { id: 'all', label: 'All', statuses: [], ...nothingAttached },
  {
    id: 'active',
    label: 'In progress',
    statuses: ['queued', 'running', 'waiting', 'cancelling'],
    empty: 'Nothing is in progress.',
  },
  { id: 'waiting', label: 'Waiting', statuses: ['waiting'], empty: 'Nothing waits.' },
  { id: 'failed', label: 'Failed', statuses: ['failed'], empty: 'Nothing has failed.' },
  { id: 'succeeded', label: 'Attached', statuses: ['succeeded'], ...nothingAttached },
  { id: 'cancelled', label: 'Cancelled', statuses: ['cancelled'], empty: 'Nothing was cancelled.' },
] as const satisfies readonly View[];

export type ViewId = (typeof views)[number]['id'];

export const viewOf = (id: ViewId): View => views.find((view) => view.id === id) ?? views[0];
