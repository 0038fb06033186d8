import { memoryResources } from './memoryResources';
import { resourcesSuite } from './resourcesSuite';

describe('resources in memory', () => resourcesSuite(async () => memoryResources(Date.now)));
