import { simulation } from './program';
import { traited } from './scenarios';

// What some services do and others do not, and what uploads may have in common: with each fault, everywhere.
it('keeps its promise on services of every kind', async () => {
  const names = traited.map(({ name }) => name).join();
  const { figures, failure } = await simulation('--enumerate', names, '--budget', '1,0,0,0', '--grain', 'phase');
  expect(failure).toBe('');
  expect(figures.map(({ scenario }) => scenario)).toEqual(traited.map(({ name }) => name));
  expect(figures.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThan(1500);
}, 600_000);
