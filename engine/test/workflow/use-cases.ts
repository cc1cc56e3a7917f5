import { listRecords } from '../../src/records/list-records.js';
import { readRecord } from '../../src/records/read-record.js';
import { createRecord, updateRecord } from '../../src/records/write-record.js';
import type { RecordUseCases } from '../../src/workflow/run-records.js';

/** The use cases of records, as the composition hands them to automation. */
export const recordUseCases: RecordUseCases = { listRecords, readRecord, createRecord, updateRecord };
