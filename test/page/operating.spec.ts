import { choosing } from './cases/choosing';
import { looks } from './cases/looks';
import { operating } from './cases/operating';
import { signing } from './cases/signing';
import { oneWorld } from './support/world';

jest.setTimeout(600_000);

const world = oneWorld();
describe('the page, choosing files and where they go', () => choosing(world));
describe('the page, for the one on call', () => operating(world));
describe('the page, as who one is', () => signing(world));
describe('the page, how it looks', () => looks(world));
