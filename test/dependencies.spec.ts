/** A fresh copy of the composition root, as a worker has it that starts with these settings. */
function startWith(settings: Record<string, string>) {
  const before = process.env;
  process.env = { ...settings };
  try {
    return jest.requireActual<typeof import('../src/dependencies')>('../src/dependencies').dependencies();
  } finally {
    process.env = before;
  }
}

describe('what the app is made of', () => {
  beforeEach(() => jest.resetModules());
  afterEach(() => jest.restoreAllMocks());

  it('is there although settings are wrong, and the log names them all at once', () => {
    const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const { problems } = startWith({ GRAPH_ENDPOINT: 'graph.microsoft.com', RANGE_SIZE: 's3cr3t' });
    expect(problems.map(({ name }) => name)).toEqual([
      'GRAPH_ENDPOINT',
      'AzureWebJobsStorage',
      'ALLOWED_MAILBOXES',
      'UPLOAD_URL_KEY',
      'RANGE_SIZE',
    ]);
    expect(logged).toHaveBeenCalledTimes(1);
    const line = String(logged.mock.calls[0]?.[0]);
    for (const { name } of problems) expect(line).toContain(name);
    expect(line).not.toContain('s3cr3t');
  });

  it('logs nothing where settings are right', () => {
    const logged = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    const right = { UPLOAD_URL_KEY: Buffer.alloc(32).toString('base64'), GRAPH_ENDPOINT: 'http://127.0.0.1:9' };
    expect(startWith({ ...right, AzureWebJobsStorage: 'UseDevelopmentStorage=true' }).problems).toEqual([]);
    expect(logged).not.toHaveBeenCalled();
  });
});
