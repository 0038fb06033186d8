/** The forms an item's path can have, one name a form. docs/items.md has each one's paths. */
export const itemForms = [
  'message',
  'folderMessage', // childFolders to any depth
  'meetingMessageEvent', // `…/event` after either
  'event',
  'calendarEvent',
  'calendarsEvent',
  'calendarGroupEvent',
  'todoTask',
  'outlookTask', // three ways to it
  'groupThread', // a new reply carries the attachment; with or without the conversation
  'groupPost',
  'groupEvent',
] as const;
export type ItemForm = (typeof itemForms)[number];

/** Where a path has got to. One that is named as a form may end there. */
export type Place = ItemForm | Waypoint;
type Waypoint =
  | 'start'
  | 'mailbox'
  | 'mailFolder'
  | 'calendar'
  | 'calendars'
  | 'calendarGroup'
  | 'calendarInGroup'
  | 'todo'
  | 'todoList'
  | 'outlook'
  | 'taskFolder'
  | 'taskGroup'
  | 'group'
  | 'conversation';

/** What the id after a fixed segment names: owners are held to stricter rules than the ids of items. */
export type IdKind = 'user' | 'group' | 'id';
export interface PathStep {
  readonly name: string; // the fixed segment as Graph writes it
  readonly id: IdKind | undefined; // undefined: no id follows
  readonly to: Place;
}

/** THE GRAMMAR: from each place the segments that may follow and where they lead. The usual one stands first. */
const grammar: Readonly<Record<Place, Readonly<Record<string, Place>>>> = {
  start: { 'users/{user}': 'mailbox', me: 'mailbox', 'groups/{group}': 'group' },
  mailbox: {
    'messages/{id}': 'message',
    'mailFolders/{id}': 'mailFolder',
    'events/{id}': 'event',
    calendar: 'calendar',
    'calendars/{id}': 'calendars',
    'calendarGroups/{id}': 'calendarGroup',
    todo: 'todo',
    outlook: 'outlook',
    'joinedGroups/{group}': 'group',
  },
  mailFolder: { 'messages/{id}': 'folderMessage', 'childFolders/{id}': 'mailFolder' },
  message: { event: 'meetingMessageEvent' },
  folderMessage: { event: 'meetingMessageEvent' },
  meetingMessageEvent: {},
  event: {},
  calendar: { 'events/{id}': 'calendarEvent' },
  calendarEvent: {},
  calendars: { 'events/{id}': 'calendarsEvent' },
  calendarsEvent: {},
  calendarGroup: { 'calendars/{id}': 'calendarInGroup' },
  calendarInGroup: { 'events/{id}': 'calendarGroupEvent' },
  calendarGroupEvent: {},
  todo: { 'lists/{id}': 'todoList' },
  todoList: { 'tasks/{id}': 'todoTask' },
  todoTask: {},
  outlook: { 'tasks/{id}': 'outlookTask', 'taskFolders/{id}': 'taskFolder', 'taskGroups/{id}': 'taskGroup' },
  taskGroup: { 'taskFolders/{id}': 'taskFolder' },
  taskFolder: { 'tasks/{id}': 'outlookTask' },
  outlookTask: {},
  group: { 'threads/{id}': 'groupThread', 'conversations/{id}': 'conversation', 'events/{id}': 'groupEvent' },
  conversation: { 'threads/{id}': 'groupThread' },
  groupThread: { 'posts/{id}': 'groupPost' },
  groupPost: {},
  groupEvent: {},
};

const steps = new Map<string, readonly PathStep[]>(
  Object.entries(grammar).map(([place, next]) => [
    place,
    Object.entries(next).map(([text, to]) => parseStep(text, to)),
  ]),
);

function parseStep(text: string, to: Place): PathStep {
  const [name = '', id] = text.split('/');
  return { name, id: id?.slice(1, -1) as IdKind | undefined, to };
}

export const stepsFrom = (place: Place): readonly PathStep[] => steps.get(place) ?? [];

/** The step that a segment takes from here; fixed segments are compared without case, as Graph does. */
export const stepAt = (place: Place, segment: string): PathStep | undefined =>
  stepsFrom(place).find((step) => step.name.toLowerCase() === segment.toLowerCase());

/** The form of a path that ends here, undefined where none may. */
export const formAt = (place: Place): ItemForm | undefined => itemForms.find((form) => form === place);

/** `messages` of `messages('AAMk…')`: the segments that an OData key may follow, in lower case. */
export const collections: ReadonlySet<string> = new Set(
  [...steps.values()].flat().flatMap((step) => (step.id ? [step.name.toLowerCase()] : [])),
);

/** `users/{user}/messages/{id}`: a way through the grammar in words; folders in folders are told once. */
export function extendTrail(trail: string, from: Place, step: PathStep): string {
  if (step.to === from) return trail;
  return [...(trail ? [trail] : []), step.name, ...(step.id ? [`{${step.id}}`] : [])].join('/');
}
