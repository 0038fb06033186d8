import { attaching } from './cases/attaching';
import { choosing } from './cases/choosing';
import { faults } from './cases/faults';
import { looks } from './cases/looks';
import { operating } from './cases/operating';
import { serving } from './cases/serving';
import { signing } from './cases/signing';
import { PageWorld } from './support/world';

jest.setTimeout(600_000);

let world: PageWorld;
beforeAll(async () => (world = await PageWorld.start()));
afterEach(() => world.close());
afterAll(() => world.stop());

// one app and one browser for all of them
describe('the page, as it is served', () => serving(() => world));
describe('the page, choosing files and where they go', () => choosing(() => world));
describe('the page, attaching', () => attaching(() => world));
describe('the page, when something goes wrong', () => faults(() => world));
describe('the page, for the one on call', () => operating(() => world));
describe('the page, as who one is', () => signing(() => world));
describe('the page, how it looks', () => looks(() => world));
