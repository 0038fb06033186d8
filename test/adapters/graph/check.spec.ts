import { graphCheck } from '../../../src/adapters/graph/check';
import type { GraphCall } from '../../../src/adapters/graph/client';
import { parseMailbox } from '../../../src/core/items/mailbox';
import type { WireReply } from '../../../src/core/wire/reply';

const mailbox = parseMailbox('users/megan@contoso.com');
const reply = (status: number): WireReply => ({ kind: 'reply', status, json: undefined });

function check(answers: WireReply[], tokens: () => Promise<string> = async () => 'local') {
  let now = 0;
  const calls: string[] = [];
  const send = async ({ path }: GraphCall): Promise<WireReply> => {
    calls.push(path.join('/'));
    return answers.shift() ?? reply(500);
  };
  return { ask: graphCheck(tokens, { send }, () => now), calls, later: (ms: number) => void (now += ms) };
}

describe('whether Graph answers', () => {
  it('is asked with one small GET, at most every 30 s', async () => {
    const { ask, calls, later } = check([reply(200), reply(200)]);
    for (let n = 0; n < 3; n++) expect(await ask(mailbox)).toBeUndefined();
    later(30_001);
    expect(await ask(mailbox)).toBeUndefined();
    expect(calls).toEqual(Array<string>(2).fill('users/megan@contoso.com/mailFolders/drafts/messages'));
  });

  it('is yes where only the calendar may be read', async () => {
    const { ask, calls } = check([reply(403), reply(200)]);
    expect([await ask(mailbox), calls.at(-1)]).toEqual([undefined, 'users/megan@contoso.com/events']);
  });

  it.each<[WireReply, RegExp]>([
    [reply(503), /answered 503/],
    [reply(404), /answered 404/],
    [{ kind: 'fault', fault: 'timeout', detail: 'x' }, /no answer \(timeout\)/],
  ])('is no with %j, in words without a name', async (answer, words) => {
    const said = await check([answer]).ask(mailbox);
    expect(said).toMatch(words);
    expect(said).not.toContain('megan');
  });

  it('is no without a token; without a mailbox a token is enough', async () => {
    const none = check([], () => Promise.reject(new RangeError('secret')));
    expect(await none.ask(mailbox)).toBe('No token for Microsoft Graph: RangeError.');
    expect(await check([]).ask(undefined)).toBeUndefined();
  });
});
