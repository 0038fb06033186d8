// One arrow of imports (ARCHITECTURE.md): a rule for each room, and no circle anywhere, type imports included.

/** What a room may import from this repository, beside itself. */
const may = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: '^(src|local|cli|bench|page|test|infra|scripts)/', pathNot: [from, ...allowed] },
});
/** Packages that a room may import; Node's own modules are not meant. */
const packages = (name, from, allowed, comment) => ({
  name: `${name}-packages`,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: 'node_modules', pathNot: allowed.map((each) => `node_modules/${each}/`), dependencyTypesNot: ['core'] },
});

const words = '^src/core/(errors|blob|byteRange|lately|retry)\\.ts$';
const coreRoom = (name) => `^src/core/${name}/`;
const room = (name, ...others) =>
  may(
    `core-${name}`,
    coreRoom(name),
    [words, ...others.map(coreRoom)],
    `core/${name} imports the rooms before it only.`,
  );

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    may('core-words', words, [], 'The words of every room import nothing but each other.'),
    room('job'),
    room('items', 'job'),
    room('wire', 'items', 'job'),
    room('mailbox', 'job'),
    room('upload', 'items', 'job', 'wire', 'mailbox'),
    room('delivery', 'items', 'job', 'wire', 'upload'),
    room('callback', 'job', 'upload'),
    room('outbox', 'job', 'upload'),
    room('nylas', 'items', 'job', 'upload', 'delivery'),
    {
      name: 'core-is-pure',
      comment: 'core uses no package and nothing of Node.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    may('orchestrators', '^src/orchestrators/', ['^src/core/'], 'orchestrators import core and durable-functions.'),
    packages(
      'orchestrators',
      '^src/orchestrators/',
      ['durable-functions'],
      'orchestrators import core and durable-functions.',
    ),
    may(
      'bootstrap',
      '^src/bootstrap/',
      ['^src/settings\\.ts$', '^src/storageAccount\\.ts$', '^src/adapters/telemetry/start\\.ts$'],
      'What is loaded first loads nothing of the app but the settings and, where wanted, telemetry.',
    ),
    may(
      'telemetry',
      '^src/adapters/telemetry/',
      ['^src/core/', '^src/settings\\.ts$', '^src/storageAccount\\.ts$'],
      '',
    ),
    may('adapters', '^src/adapters/(?!telemetry/)', ['^src/core/'], 'adapters import core and one SDK each.'),
    may(
      'app',
      '^src/app/',
      [
        '^src/core/',
        '^src/orchestrators/contract\\.ts$',
        '^src/dependencies\\.ts$',
        '^src/settings\\.ts$',
        '^src/storageAccount\\.ts$',
      ],
      'app imports core, the contract with the orchestrators, and the types of dependencies.',
    ),
    packages('app', '^src/app/', ['safe-stable-stringify'], 'app uses no SDK.'),
    may(
      'functions',
      '^src/functions/',
      [
        '^src/core/',
        '^src/app/',
        '^src/orchestrators/contract\\.ts$',
        '^src/dependencies\\.ts$',
        '^src/settings\\.ts$',
        '^src/storageAccount\\.ts$',
      ],
      'functions parse, call app and answer; adapters come through dependencies.ts.',
    ),
    {
      name: 'activities-apart',
      comment: 'Activities import no other trigger.',
      severity: 'error',
      from: { path: '^src/functions/activities/' },
      to: { path: '^src/functions/', pathNot: '^src/functions/activities/' },
    },
    may(
      'outside',
      '^(local|cli|bench|page)/(?!doctor/appSettings\\.ts$)',
      ['^(local|cli|bench|page)/'],
      'What runs the app from outside shares no code with it.',
    ),
    may(
      'doctor-settings',
      '^cli/doctor/appSettings\\.ts$',
      ['^cli/', '^src/settings\\.ts$'],
      'The doctor must say of each setting exactly what the app says: this file alone reads the settings parser.',
    ),
    may('stand-in', '^local/outlook/', [], 'The stand-in shares no code with anything.'),
    {
      name: 'nothing-below-the-line',
      comment: 'What is deployed imports nothing that is not.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(local|cli|bench|test|page|infra|scripts)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
  },
};
