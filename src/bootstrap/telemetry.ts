import { telemetryEnvironment } from '../settings';

/**
 * Loaded before all else (`main` in package.json names this folder first, and it sorts first), so that spans are made from the
 * first invocation on. Nothing is loaded here unless the environment asks for it, and a fault of it never stops the app.
 */
const wanted = telemetryEnvironment();
if (wanted) {
  try {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- only where it is wanted
    (require('../adapters/telemetry/start') as typeof import('../adapters/telemetry/start')).startTelemetry(wanted);
  } catch (cause) {
    console.error(`No spans: telemetry could not be started (${cause instanceof Error ? cause.name : 'unknown'}).`);
  }
}
