// One Bicep CLI that stays up for many questions (`bicep jsonrpc`): starting it anew costs seconds each time.
import { spawn } from 'node:child_process';
import { bicepEnvironment } from './findBicep.mjs';

/** `ask(method, params)` gives the result or throws; `end()` stops the process. */
export function startBicep(path, env) {
  const child = spawn(path, ['jsonrpc', '--stdio'], {
    env: bicepEnvironment(env),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map();
  let received = Buffer.alloc(0);
  let asked = 0;

  child.stdout.on('data', (piece) => {
    received = Buffer.concat([received, piece]);
    for (;;) {
      const [message, rest] = takeMessage(received);
      if (!message) return;
      received = rest;
      settle(message);
    }
  });
  child.on('error', stopAll);
  child.on('exit', (code) => stopAll(new Error(`The Bicep CLI ended (${code}).`)));
  child.stdin.on('error', stopAll);

  function settle({ id, result, error }) {
    const { resolve, reject } = waiting.get(id) ?? {};
    waiting.delete(id);
    if (error) reject?.(new Error(error.message));
    else resolve?.(result);
  }
  function stopAll(cause) {
    for (const { reject } of waiting.values()) reject(cause);
    waiting.clear();
  }

  return {
    ask: (method, params) =>
      new Promise((resolve, reject) => {
        const id = ++asked;
        const body = JSON.stringify({ jsonrpc: '2.0', id, method: `bicep/${method}`, params });
        waiting.set(id, { resolve, reject });
        child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      }),
    end: () => child.kill(),
  };
}

/** The first whole message and what follows, or nothing yet. */
function takeMessage(bytes) {
  const headEnd = bytes.indexOf('\r\n\r\n');
  const length = headEnd < 0 ? NaN : Number(/Content-Length: (\d+)/i.exec(bytes.toString('latin1', 0, headEnd))?.[1]);
  const end = headEnd + 4 + length;
  if (!(bytes.length >= end)) return [];
  return [JSON.parse(bytes.toString('utf8', headEnd + 4, end)), bytes.subarray(end)];
}
