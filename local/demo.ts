// npm run demo: the main job on one machine, and the proof that it holds.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { say } from './demo/output';
import { scenes } from './demo/scenes';
import { Stage } from './demo/stage';
import { askedToStop } from './parts/askedToStop';
import { optionsFromEnvironment } from './parts/environment';
import { startLaptop } from './parts/laptop';

/** What the service takes for each PUT here: slow enough to see the ranges go. */
const putMs = 40;

async function playAll(stage: Stage): Promise<void> {
  await stage.outlook.configure({ latencyMs: { put: putMs } });
  for (const [index, scene] of scenes.entries()) {
    say(`\n${index + 1}. ${scene.title}`);
    await Promise.race([scene.play(stage), stage.laptop.died]);
  }
  await stage.proveNothingLeft();
}

function summary(stage: Stage, seconds: number): void {
  say('\nSummary');
  for (const { file, how, seconds: took } of stage.results)
    say(`  ${file.padEnd(24)} ${how.padEnd(16)} ${took.toFixed(1).padStart(5)} s   attached once, SHA-256 equal`);
  say(`  No rule of the service was broken, and no upload session is left open. ${seconds.toFixed(0)} s in all.`);
}

async function main(dataDir: string): Promise<void> {
  const startedAt = Date.now();
  say('Starting the app on a local Functions host, Azurite for its storage, and a stand-in for Outlook …');
  const laptop = await startLaptop({
    ...optionsFromEnvironment(),
    port: Number(process.env['PORT'] || 0),
    dataDir,
    quiet: true,
  });
  try {
    await laptop.untilServing();
    say(
      `Ready after ${((Date.now() - startedAt) / 1000).toFixed(1)} s. The app: ${laptop.apiUrl}   What Outlook holds: ${laptop.graphUrl}/`,
    );
    const stage = new Stage(laptop);
    await playAll(stage);
    summary(stage, (Date.now() - startedAt) / 1000);
  } finally {
    await laptop.stop();
  }
}

const given = process.env['DATA_DIR'];
const dataDir = given || mkdtempSync(join(tmpdir(), 'blob-to-outlook-demo-'));
const interrupted = askedToStop().then(() => Promise.reject(new Error('Interrupted.')));

Promise.race([main(dataDir), interrupted]).then(
  () => {
    say('  All is stopped again. `npm start` runs the same for you to try.');
    if (!given) rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
    process.exit(0);
  },
  (error: unknown) => {
    console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
    console.error(`The logs of the parts are in ${dataDir}.`);
    process.exit(1); // the parts end with this process
  },
);
