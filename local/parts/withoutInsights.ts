// Loaded into Azurite before it: even with --disableTelemetry it loads the SDK of Application Insights, with some 1,000
// modules half of its start. Nothing of it is used then.
import Module from 'node:module';

const loader = Module as unknown as { _load(name: string, ...rest: unknown[]): unknown };
const load = loader._load.bind(loader);
loader._load = (name, ...rest) => (name === 'applicationinsights' ? {} : load(name, ...rest));
