/** What can be asked of the service: the words that latencies, faults and the request log use. */
export const OPERATIONS = [
  'createSession',
  'put',
  'putLast',
  'status',
  'cancelSession',
  'postAttachment',
  'listAttachments',
  'getAttachment',
  'getValue',
  'deleteAttachment',
  'createMessage',
  'listMessages',
  'getItem',
  'updateItem',
  'deleteItem',
  'createReply',
  'createReplyAll',
  'createForward',
  'send',
  'reply',
  'listPosts',
  'listEvents',
  'getUser',
] as const;

export type Operation = (typeof OPERATIONS)[number];
