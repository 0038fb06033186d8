import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Bench } from '../measure';
import { distFile } from '../../local/parts/paths';
import type { Job, Outcome } from './job';
import { Certificate, TlsFront } from './tlsFront';

const run = promisify(execFile);

/** Runs a peer against the stand-in, in a process of its own. */
export type RunPeer = (job: Omit<Job, 'graphUrl' | 'storage'>) => Promise<Outcome>;

/** The stand-in over https, as the Graph SDK wants it, for as long as `work` takes. */
export async function withPeers<T>({ laptop }: Bench, work: (runPeer: RunPeer) => Promise<T>): Promise<T> {
  const certificate = new Certificate();
  const upload = laptop.outlook?.ready[2] ?? '';
  const uploadFront = await TlsFront.start(upload, certificate);
  const rewrite = { from: upload, to: uploadFront.origin };
  const graphFront = await TlsFront.start(laptop.graphUrl, certificate, rewrite);
  try {
    // another host than the uploads': the SDK sends its token to every URL of Graph's host, and the upload host refuses one
    const graphUrl = graphFront.origin.replace('127.0.0.1', 'localhost');
    const { storage } = laptop;
    return await work((job) => runJob({ ...job, graphUrl, storage }, { NODE_EXTRA_CA_CERTS: certificate.certFile }));
  } finally {
    for (const front of [graphFront, uploadFront]) front.stop();
    certificate.remove();
  }
}

/** Runs a peer in a process of its own. @throws Error where it ends without an outcome */
export async function runJob(job: Job, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const main = distFile('bench', 'peers', 'main.js');
  const options = { env: { ...process.env, ...env }, maxBuffer: 16 * 1024 * 1024 };
  const { stdout } = await run(process.execPath, [main, JSON.stringify(job)], options);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Outcome;
}
