import { memoryRecords } from './memoryRecords';
import { uploadRecordsSuite } from './uploadRecordsSuite';

describe('upload records in memory', () => {
  uploadRecordsSuite(async () => memoryRecords());
});
