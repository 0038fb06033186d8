#!/usr/bin/env node
// The command line: docs/cli.md. It speaks to the app over its HTTP API alone.
import { Interrupts } from './interrupts';
import { run } from './run';
import { Screen } from './terminal/screen';

const screen = new Screen(process.stdout, process.stderr, process.env);

/** Ends the process when what was written has gone out, or its reader has. */
function leave(code: number): void {
  process.stderr.write('', () => process.stdout.write('', () => process.exit(code)));
}

const interrupts = new Interrupts((line) => screen.say(line), leave, 'npm_lifecycle_event' in process.env);
process.on('SIGINT', interrupts.asked);
process.on('SIGTERM', interrupts.asked);

void run(process.argv.slice(2), { env: process.env, stdin: process.stdin, screen, interrupts }).then(leave);
