import tseslint from 'typescript-eslint';

// One arrow of imports, one rule a room (ARCHITECTURE.md). A pattern is what the room may NOT import.
const room = (files, forbidden, message) => ({
  files,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ regex: forbidden, message }] }] },
});
const belowTheLine = '^(\\.\\./)+(local|cli|bench|test)/';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.data/', 'coverage/'] },
  ...tseslint.configs.strictTypeChecked.map((c) => ({ ...c, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/ban-ts-comment': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'No default exports: a thing has one name.' },
      ],
    },
  },
  {
    // nothing but dependencies.ts's settings reads the environment in what is deployed
    files: ['src/**/*.ts'],
    ignores: ['src/settings.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only src/settings.ts reads the environment.' },
      ],
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'fetch', 'setTimeout', 'setInterval', 'Buffer', 'console'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'core reads no clock.' },
        { object: 'Math', property: 'random', message: 'core knows no chance.' },
      ],
    },
  },
  room(['src/core/**/*.ts'], '^(?!\\./)', 'core imports only itself.'),
  room(
    ['src/orchestrators/**/*.ts'],
    '^(?!\\./|\\.\\./core/|durable-functions$)',
    'orchestrators import core and durable-functions.',
  ),
  room(
    ['src/adapters/**/*.ts'],
    '(^|/)(functions|orchestrators|settings|dependencies)(/|$)|' + belowTheLine,
    'adapters import core and one SDK each.',
  ),
  room(
    ['src/functions/**/*.ts'],
    '/adapters/|' + belowTheLine,
    'functions reach adapters through dependencies.ts only.',
  ),
  room(
    ['local/**/*.ts', 'cli/**/*.ts', 'bench/**/*.ts'],
    '/src/',
    'what runs the app from outside shares no code with it.',
  ),
  {
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
