import { completeSession } from '../../../src/functions/nylas/completeSession';
import { createSession } from '../../../src/functions/nylas/createSession';
import { sendMessage } from '../../../src/functions/nylas/sendNylasMessage';
import { Answer, megan, NylasWorld } from './nylasWorld';

export const message = { to: [{ email: 'a@b.c' }], subject: 's', body: '<img src="cid:pic1">' };

/** A caller of messages/send, and what happens meanwhile. */
export function sender(here: NylasWorld) {
  const send = (json: unknown = message, headers: Record<string, string> = {}, grant = megan): Promise<Answer> =>
    here.call(sendMessage, 'mail', 'messages/send', { json, headers, grant });
  return {
    send,
    /** The delivery ends while the call waits. */
    sending: (...args: Parameters<typeof send>): Promise<Answer> => {
      here.onSleep.push(() => here.ends());
      return send(...args);
    },
    /** The id of a session that was completed. */
    uploaded: async (bytes = '12345', grant = megan): Promise<string> => {
      const json = { filename: 'q.pdf', content_type: 'application/pdf', size: bytes.length };
      const { body } = await here.call(createSession, 'sessions', 'attachment-uploads', { json, grant });
      const id = String(body.data['attachment_id']);
      here.files.putBlock(`.staged/${id}/content`, bytes);
      await here.call(completeSession, 'sessions', 'x', { json: {}, params: { id }, grant });
      return id;
    },
  };
}
