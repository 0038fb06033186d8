import { MiB, SEEDED, someBytes, standInForSuite } from './standIn';

const suite = standInForSuite();
const bytes = someBytes(3 * MiB);
const file = (name: string) => ({ '@odata.type': '#microsoft.graph.fileAttachment', name, contentBytes: 'c291cA==' });
const listed = async (item: string = SEEDED.draft) =>
  (await suite.it.graph('GET', `${item}/attachments?$select=name`)).json.value.map(({ name }) => name);
const post = (name: string, item: string = SEEDED.draft) => suite.it.graph('POST', `${item}/attachments`, file(name));
const upload = async (name: string) =>
  suite.it.upload(await suite.it.openSession(SEEDED.draft, bytes.length, { name }), bytes);
const decomposed = 'Gru\u0308\u00dfe.pdf';

afterEach(() => suite.it.faultsConsumed());

describe('names that the service changes', () => {
  it.each([
    ['trimmed', { trim: true }, '  Q3 report. ', 'Q3 report'],
    ['composed', { compose: true }, decomposed, 'Gr\u00fc\u00dfe.pdf'],
    ['with other characters', { replace: true }, 'a\\b/c:d*e?f"g<h>i|j\tk.txt', 'a_b_c_d_e_f_g_h_i_j_k.txt'],
    ['cut', { cutTo: 8 }, 'quarterly.pdf', 'quarterl'],
    ['cut, but not within a character', { cutTo: 4 }, 'abc👩.pdf', 'abc'],
    ['in all ways', { trim: true, compose: true, replace: true, cutTo: 9 }, ' u\u0308?.pdf    x', '\u00fc_.pdf'],
  ])('are %s, by a POST and by a session', async (_, names, given, stored) => {
    await suite.it.control('PATCH', 'config', { names });
    expect((await post(given)).json.name).toBe(stored);
    expect((await upload(given)).status).toBe(201);
    expect(await listed()).toEqual([stored, stored]);
  });

  it('are kept by default, whatever they hold', async () => {
    const odd = ` ${decomposed}: *?. `;
    await post(odd);
    await upload(odd);
    expect(await listed()).toEqual([odd, odd]);
  });

  it('are changed by a script for one item only, or given outright', async () => {
    const names = { trim: true };
    await suite.it.faults(
      { on: { op: 'postAttachment', item: SEEDED.secondDraft }, do: { names } },
      { on: { op: 'putLast' }, do: { storeName: 'ATT00001.bin' } },
    );
    await post(' a ');
    await post(' a ', SEEDED.secondDraft);
    await upload('b');
    expect(await listed()).toEqual([' a ', 'ATT00001.bin']);
    expect(await listed(SEEDED.secondDraft)).toEqual(['a']);
  });
});
