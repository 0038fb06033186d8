const df = require('durable-functions');
const { appendFileSync, existsSync, writeFileSync } = require('node:fs');

const at = (context, seconds) => new Date(context.df.currentUtcDateTime.getTime() + seconds * 1000);
const orchestration = (name, body) => df.app.orchestration(name, body);
const activity = (name, handler) => df.app.activity(name, { handler });

activity('noop', () => null);
activity('echoInput', (input) => input);
activity('fail', (input) => {
  throw new Error(`failed on ${input}`);
});
/**
 * Writes a line for each run, so that a spec can count them. It takes delayMs, or, with `held` (all lines, or that one),
 * until the spec makes that file.
 */
activity('note', async ({ file, line, delayMs = 0, held, dieOnce, dieWith }) => {
  appendFileSync(file, `begin ${line}\n`);
  while (held && (held.line ?? line) === line && !existsSync(held.until))
    await new Promise((resolve) => setTimeout(resolve, 5));
  if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
  if (dieOnce && !existsSync(dieOnce)) {
    writeFileSync(dieOnce, '');
    if (dieWith === 'exit') process.exit(3);
    process.kill(process.pid, 'SIGKILL');
  }
  appendFileSync(file, `end ${line}\n`);
  return line;
});

orchestration('chain', function* (context) {
  const { steps } = context.df.getInput();
  for (let step = 0; step < steps; step++) yield context.df.callActivity('noop', step);
  return steps;
});
orchestration('notes', function* (context) {
  const { file, lines, ...rest } = context.df.getInput();
  const done = [];
  for (const line of lines) {
    context.df.setCustomStatus({ at: line });
    done.push(yield context.df.callActivity('note', { file, line, ...rest }));
  }
  return done;
});
/** Does not end before it is told to. */
orchestration('held', function* (context) {
  const line = yield context.df.callActivity('note', context.df.getInput());
  yield context.df.waitForExternalEvent('Go');
  return line;
});
orchestration('retriedNote', function* (context) {
  return yield context.df.callActivityWithRetry('note', new df.RetryOptions(1000, 3), context.df.getInput());
});
orchestration('inputs', function* (context) {
  const echoed = [];
  for (const value of ['text', '7', 7, 1.5, true, null, { a: [1] }, ''])
    echoed.push(yield context.df.callActivity('echoInput', value));
  return { echoed, input: context.df.getInput() ?? null, version: context.df.version };
});
orchestration('fanOut', function* (context) {
  const tasks = context.df.getInput().map((value) => context.df.callActivity('echoInput', value));
  return yield context.df.Task.all(tasks);
});
orchestration('failing', function* (context) {
  yield context.df.callActivity('fail', context.df.getInput());
});
orchestration('caught', function* (context) {
  try {
    yield context.df.callActivity('fail', 'x');
  } catch (error) {
    return { caught: error.message, after: yield context.df.callActivity('echoInput', 'after') };
  }
});
orchestration('retried', function* (context) {
  const { interval, attempts, coefficient } = context.df.getInput();
  const options = new df.RetryOptions(interval, attempts);
  if (coefficient) options.backoffCoefficient = coefficient;
  const startedAt = context.df.currentUtcDateTime.getTime();
  try {
    yield context.df.callActivityWithRetry('fail', options, 'again');
  } catch (error) {
    const next = yield context.df.callActivity('echoInput', 'next');
    return { message: error.message.split('\n')[0], next, tookMs: context.df.currentUtcDateTime.getTime() - startedAt };
  }
});
orchestration('timer', function* (context) {
  const fireAt = at(context, context.df.getInput());
  const before = context.df.currentUtcDateTime.getTime();
  yield context.df.createTimer(fireAt);
  return context.df.currentUtcDateTime.getTime() - before;
});
orchestration('waiter', function* (context) {
  const { names, seconds, cancel = true } = context.df.getInput();
  const got = [];
  for (const name of names) {
    const event = context.df.waitForExternalEvent(name);
    const timer = context.df.createTimer(at(context, seconds));
    const winner = yield context.df.Task.any([event, timer]);
    if (winner === timer) return { got, timedOut: name };
    if (cancel) timer.cancel();
    got.push(event.result);
  }
  return { got };
});
/** The cancel pattern of the app: one event, raced against each step. */
orchestration('cancellable', function* (context) {
  const cancel = context.df.waitForExternalEvent('Cancel');
  const { file, steps, ...rest } = context.df.getInput();
  for (let step = 0; step < steps; step++) {
    const put = context.df.callActivity('note', { file, line: `put ${step}`, ...rest });
    yield context.df.Task.any([put, cancel]);
    if (cancel.isCompleted) {
      if (!put.isCompleted) yield put;
      yield context.df.callActivity('note', { file, line: 'undo' });
      return 'cancelled';
    }
  }
  return 'done';
});
orchestration('parent', function* (context) {
  const { name, input, id, retry } = context.df.getInput();
  try {
    if (!retry) return { child: yield context.df.callSubOrchestrator(name, input, id) };
    return { child: yield context.df.callSubOrchestratorWithRetry(name, new df.RetryOptions(100, retry), input, id) };
  } catch (error) {
    return { error: error.message };
  }
});
orchestration('counted', function* (context) {
  const entity = new df.EntityId('Counter', context.df.getInput());
  context.df.signalEntity(entity, 'add', 5);
  const first = yield context.df.callEntity(entity, 'add', 2);
  const second = yield context.df.callEntity(entity, 'get');
  let error;
  try {
    yield context.df.callEntity(entity, 'break');
  } catch (thrown) {
    error = String(thrown);
  }
  return { first, second, error, after: yield context.df.callActivity('echoInput', 'after') };
});
orchestration('again', function* (context) {
  const { round, until } = context.df.getInput();
  const event = yield context.df.waitForExternalEvent('go');
  if (round >= until) return { round, event };
  context.df.continueAsNew({ round: round + 1, until });
});
/** Two generations: the first waits for `first`, the second for `second`, then for `third`. */
orchestration('generations', function* (context) {
  const { generation } = context.df.getInput();
  if (generation === 1) {
    context.df.setCustomStatus('of the first');
    yield context.df.waitForExternalEvent('first');
    return context.df.continueAsNew({ generation: 2 });
  }
  const second = yield context.df.waitForExternalEvent('second');
  const third = yield context.df.waitForExternalEvent('third');
  return { second, third };
});
orchestration('wordy', function* (context) {
  context.df.setCustomStatus('x'.repeat(context.df.getInput()));
  yield context.df.callActivity('noop');
  return 'told';
});
/** Decides by something that is not in its history, as an orchestrator whose code was changed meanwhile. */
orchestration('fickle', function* (context) {
  const { file, then } = context.df.getInput();
  const kinds = {
    activity: () => context.df.callActivity('noop'),
    otherActivity: () => context.df.callActivity('echoInput', 1),
    timer: () => context.df.createTimer(at(context, 3600)),
    entity: () => context.df.callEntity(new df.EntityId('Counter', 'fickle'), 'get'),
    event: () => context.df.waitForExternalEvent('never'),
  };
  yield kinds[existsSync(file) ? then : 'activity']();
  writeFileSync(file, '');
  yield context.df.callActivity('noop');
});
orchestration('callsHttp', function* (context) {
  yield context.df.callHttp({ method: 'GET', url: 'http://127.0.0.1:1/' });
});
orchestration('callsNobody', function* (context) {
  yield context.df.callActivity('nobody');
});
df.app.entity('Counter', async (context) => {
  const value = context.df.getState(() => 0);
  switch (context.df.operationName) {
    case 'add':
      context.df.setState(value + context.df.getInput());
      return context.df.return(value + context.df.getInput());
    case 'addSlowly':
      await new Promise((resolve) => setTimeout(resolve, 300));
      return context.df.setState(value + context.df.getInput());
    case 'get':
      return context.df.return(value);
    case 'tell':
      return context.df.signalEntity(new df.EntityId('Counter', context.df.getInput()), 'add', value);
    case 'delete':
      return context.df.destructOnExit();
    default:
      throw new Error('unknown operation');
  }
});
