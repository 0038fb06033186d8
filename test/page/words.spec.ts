import { blockList, blocksOf, blockUrl } from '../../page/staging/blocks';
import { countProblem, mostFiles } from '../../page/files/chosenFile';
import { composed, mendedName, nameProblem } from '../../page/files/names';
import { addressesIn, asPath, mailboxPath, pathProblem } from '../../page/target/typedPath';
import { ago, fileSize, timeLeft } from '../../page/words/format';
import { itemName } from '../../page/words/itemNames';
import { Rate } from '../../page/words/rate';
import { lastProblemSentence } from '../../page/words/states';
import { maxFiles } from '../../src/core/delivery/request';

describe('the number of files', () => {
  it('is limited as the API limits it', () => {
    expect(mostFiles).toBe(maxFiles);
    expect([mostFiles, mostFiles + 21].map(countProblem)).toEqual([
      undefined,
      'At most 100 files can be attached at a time: remove 21.',
    ]);
  });
});

describe('names of files', () => {
  it('are composed', () => expect(composed('u\u0308.pdf')).toBe('\u00fc.pdf'));

  it.each(['', '..', 'a/b', 'a\\b', 'a\nb', 'a\ud800b', 'x'.repeat(256)])(
    '%j cannot be sent, and is mended',
    (name) => {
      expect(nameProblem(name)).toBeDefined();
      expect(nameProblem(mendedName(name))).toBeUndefined();
    },
  );

  it('keep their ending and whole characters when they are shortened', () => {
    const family = '👨‍👩‍👧';
    const short = mendedName(`${family.repeat(60)}.pdf`);
    expect(short).toBe(`${family.repeat(31)}.pdf`);
    expect(mendedName('q3.pdf')).toBe('q3.pdf');
  });
});

describe('blocks', () => {
  it('cover the file, with ids of equal length', () => {
    const blocks = blocksOf(10, 4);
    expect(blocks.map(({ start, end }) => [start, end])).toEqual([
      [0, 4],
      [4, 8],
      [8, 10],
    ]);
    expect(new Set(blocksOf(200_000, 4).map(({ id }) => id.length)).size).toBe(1);
    expect(blockList(blocks)).toContain(`<Latest>${blocks[2]!.id}</Latest></BlockList>`);
  });

  it('are addressed beside what the URL already holds', () => {
    const url = new URL(blockUrl('https://a.example/c/b?sig=x%2By%3D', { comp: 'block', blockid: 'YQ==' }));
    expect([url.searchParams.get('sig'), url.searchParams.get('blockid')]).toEqual(['x+y=', 'YQ==']);
  });
});

describe('typed paths', () => {
  it.each([
    'me/messages/a',
    'users/megan@contoso.com/mailFolders/inbox/childFolders/b/messages/a',
    'users/megan@contoso.com/messages/a/event',
    'users/megan@contoso.com/calendarGroups/a/calendars/b/events/c',
    'me/todo/lists/a/tasks/b',
    'groups/a/threads/b/posts/c',
    'groups/a/conversations/b/threads/c',
    'users/megan@contoso.com/joinedGroups/a/threads/b',
  ])('%s may be right', (path) => expect(pathProblem(path)).toBeUndefined());

  it.each([
    '',
    'messages/a',
    'users/megan@contoso.com/messages',
    'users//messages/a',
    'me/messages/a?x',
    'me/messages/a b',
    'me/contacts/a',
  ])('%j is wrong at first sight', (path) => expect(pathProblem(path)).toBeDefined());

  it('may be pasted as the address of a Graph request', () => {
    expect(asPath(' https://graph.microsoft.com/v1.0/me/messages/AAMk=/attachments ')).toBe('me/messages/AAMk=');
    expect(asPath('https://microsoftgraph.chinacloudapi.cn/beta/me/messages/a')).toBe('me/messages/a');
  });

  it('name mailboxes and people as they are written', () => {
    expect([
      mailboxPath(' megan@contoso.com '),
      mailboxPath('me'),
      mailboxPath('users/a'),
      mailboxPath('a#EXT#@b.c'),
    ]).toEqual(['users/megan@contoso.com', 'me', 'users/a', 'users/a%23EXT%23@b.c']);
    expect(addressesIn('Alex <alex@contoso.com>; adele@contoso.com, nobody')).toEqual({
      addresses: ['alex@contoso.com', 'adele@contoso.com'],
      wrong: ['nobody'],
    });
  });
});

describe('words', () => {
  it('tell sizes, times and items', () => {
    expect([1, 1000, 4_718_592, 157_286_400, 4 * 1024 ** 3].map(fileSize)).toEqual([
      '1 byte',
      '1000 bytes',
      '4.5 MB',
      '150 MB',
      '4 GB',
    ]);
    expect([3, 42, 150, 7300].map(timeLeft)).toEqual([
      'a few seconds left',
      'about 50 s left',
      'about 3 min left',
      'about 3 h left',
    ]);
    expect(ago('2026-11-29T10:00:00Z', Date.parse('2026-11-29T10:04:10Z'))).toBe('4 min ago');
    expect(itemName('users/megan%40contoso.com/calendar/events/a')).toBe('event of megan@contoso.com');
  });

  it('tell the last problem with as much as is known', () => {
    expect(lastProblemSentence({ what: 'createSession', status: 503, attempts: 41 })).toBe(
      'createSession was answered 503, 41 attempts.',
    );
    expect(lastProblemSentence({ what: 'putRange', fault: 'reset', attempts: 2 })).toBe(
      'putRange got no answer (reset), 2 attempts.',
    );
    expect(lastProblemSentence({ attempts: 1 })).toBe('The last request got no answer, 1 attempt.');
  });

  it('tell the speed over the last seconds, and nothing while too little is known', () => {
    const rate = new Rate();
    rate.add(0, 0);
    expect(rate.bytesPerSecond).toBeUndefined();
    for (let second = 1; second <= 20; second++)
      rate.add(second <= 10 ? second * 1_000_000 : 10_000_000 + (second - 10) * 100, second * 1000);
    expect(rate.bytesPerSecond).toBeLessThan(1000);
    rate.add(5, 21_000); // begun again
    expect(rate.bytesPerSecond).toBeUndefined();
  });
});
