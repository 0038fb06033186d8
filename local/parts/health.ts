import { setTimeout as delay } from 'node:timers/promises';

/** How long the app has to say that it is not well before that is believed: storage may come up a moment after it. */
const unwellForMs = 2_000;

/** Whether the app is well, and if not what it says. */
export interface Serving {
  ok: boolean;
  detail: string;
}

/**
 * Waits until the app answers: healthy, or steadily not (wrong settings: it answers 503 on purpose, and the answers
 * say why, so that is served, too).
 */
export async function waitUntilServing(apiUrl: string, withinMs: number): Promise<Serving> {
  const startedAt = Date.now();
  let unwellSince = 0;
  for (;;) {
    const answer = await askHealth(apiUrl);
    if (answer?.ok) return answer;
    unwellSince = answer ? unwellSince || Date.now() : 0;
    if (answer && Date.now() - unwellSince > unwellForMs) return answer;
    if (Date.now() - startedAt > withinMs) throw new Error(`${apiUrl}/api/health gave no answer within ${withinMs} ms`);
    await delay(25);
  }
}

/** The answer of /api/health, or undefined while the app itself does not answer (404, no JSON, no connection). */
async function askHealth(apiUrl: string): Promise<Serving | undefined> {
  try {
    const reply = await fetch(`${apiUrl}/api/health`, { signal: AbortSignal.timeout(5_000) });
    const body = await reply.text();
    if (reply.status === 200) return { ok: true, detail: '' };
    return reply.status === 503 && body.startsWith('{') ? { ok: false, detail: body } : undefined;
  } catch {
    return undefined;
  }
}
