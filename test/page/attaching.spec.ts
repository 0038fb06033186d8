import { attaching } from './cases/attaching';
import { faults } from './cases/faults';
import { serving } from './cases/serving';
import { oneWorld } from './support/world';

jest.setTimeout(600_000);

const world = oneWorld();
describe('the page, as it is served', () => serving(world));
describe('the page, attaching', () => attaching(world));
describe('the page, when something goes wrong', () => faults(world));
