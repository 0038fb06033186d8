import { freePorts } from '../../../local/parts/ports';

it('gives no port twice before a server could have been opened on it', async () => {
  const [first, second] = await Promise.all([freePorts(150), freePorts(150)]);
  expect(new Set([...first, ...second, ...(await freePorts(150))]).size).toBe(450);
});
