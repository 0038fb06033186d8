const lookEveryMs = 200;

/**
 * Settles when this process is asked to end: by SIGINT or SIGTERM, or, below npm, by the end of the shell that npm put in
 * between. npm passes its signals to that shell alone, which dies of them and tells nobody.
 */
export function askedToStop(env: NodeJS.ProcessEnv = process.env): Promise<'stop'> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => resolve('stop'));
    if (env['npm_lifecycle_event'] === undefined) return;
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve('stop');
    }, lookEveryMs).unref();
  });
}
