import { randomBytes } from 'node:crypto';
import { median, round, withApp, type Bench, type Benchmark } from './measure';

const size = 50 * 1024;
const warmUp = 2;
const runs = 15;
const apiKey = 'bench';

/** The facade as its clients use it, 50 KiB: session, PUT, complete, send until its 200. Each run has a mailbox of its own. */
export const nylasRoundtrip: Benchmark = () =>
  withApp(
    async (bench) => {
      const uploads: number[] = [];
      const whole: number[] = [];
      for (let run = 0; run < warmUp + runs; run++) {
        const took = await roundtrip(bench, `nylas${run}@contoso.com`);
        if (run < warmUp) continue;
        uploads.push(took.uploadMs);
        whole.push(took.wholeMs);
      }
      const vs = `session, PUT and complete alone: ${Math.round(median(uploads))} ms; medians of ${runs}`;
      return [{ name: 'nylas_roundtrip_ms', value: round(median(whole)), unit: 'ms', vs }];
    },
    { NYLAS_API_KEYS: apiKey },
  );

async function roundtrip({ app }: Bench, grant: string): Promise<{ uploadMs: number; wholeMs: number }> {
  const bytes = new Uint8Array(randomBytes(size));
  const post = async (path: string, body: unknown, status: number): Promise<Record<string, unknown>> => {
    const answer = await app.call<{ data: Record<string, unknown> }>('POST', `/v3/grants/${grant}/${path}`, body, {
      Authorization: `Bearer ${apiKey}`,
    });
    if (answer.status !== status) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body.data;
  };
  const startedAt = performance.now();
  const wanted = { filename: 'file.bin', content_type: 'application/octet-stream', size };
  const { attachment_id: id, url } = await post('attachment-uploads', wanted, 201);
  const put = await fetch(String(url), { method: 'PUT', body: bytes });
  if (!put.ok) throw new Error(`PUT: ${put.status}`);
  await post(`attachment-uploads/${String(id)}/complete`, {}, 200);
  const uploadMs = performance.now() - startedAt;
  const message = { to: [{ email: 'adele@contoso.com' }], subject: 'Bench', body: '', attachments: [{ id }] };
  await post('messages/send', message, 200);
  return { uploadMs, wholeMs: performance.now() - startedAt };
}
