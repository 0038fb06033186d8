import type { UploadFilter } from '../../core/upload/ports';
import type { UploadRecord } from '../../core/upload/record';
import { openTable, Row, StoredRow, TableAccount } from './access';
import { hashOf, inverted, itemHash } from './rows';

type State = UploadRecord['state'];
const states: readonly State[] = ['active', 'succeeded', 'failed', 'cancelled'];

/** What an upload is found by. */
export interface Indexed {
  readonly key: string; // the inverted id
  readonly item?: string;
  readonly reference?: string;
  readonly person?: string; // who asked, where a person did
}

/**
 * Index rows: partition = what is looked for, row key = the inverted id, columns = what else it can be narrowed by. Each
 * index is a table of its own, because Azurite reads the whole table for a query (10,000 uploads in one table with all
 * their rows: 30-80 ms a page; apart: 2-10 ms).
 * An index row may lead nowhere (it is written before the record) or to a record that has moved on: readers compare.
 */
export function tableIndexes(account: TableAccount, prefix: string) {
  const byItem = openTable(account, `${prefix}ByItem`);
  const byReference = openTable(account, `${prefix}ByReference`);
  const byPerson = openTable(account, `${prefix}ByPerson`);
  const byState = openTable(account, `${prefix}ByState`);

  return {
    async add(upload: Indexed, state: State): Promise<void> {
      const { item, reference, person } = upload;
      await Promise.all([
        item === undefined ? undefined : byItem.put(indexRow(item, upload)),
        reference === undefined ? undefined : byReference.put(indexRow(reference, upload)),
        person === undefined ? undefined : byPerson.put(indexRow(person, upload)),
        byState.put(indexRow(state, upload)),
      ]);
    },
    /** An upload whose item was not known when it was added. */
    addItem: async (upload: Indexed): Promise<void> => {
      if (upload.item !== undefined) await byItem.put(indexRow(upload.item, upload));
    },
    addState: (upload: Indexed, state: State | 'left'): Promise<void> => byState.put(indexRow(state, upload)),
    removeState: ({ key }: Indexed, state: State | 'left'): Promise<void> =>
      byState.remove({ partitionKey: state, rowKey: key }),
    async remove({ key, item, reference, person }: Indexed): Promise<void> {
      await Promise.all([
        item === undefined ? undefined : byItem.remove({ partitionKey: item, rowKey: key }),
        reference === undefined ? undefined : byReference.remove({ partitionKey: reference, rowKey: key }),
        person === undefined ? undefined : byPerson.remove({ partitionKey: person, rowKey: key }),
        ...[...states, 'left'].map((state) => byState.remove({ partitionKey: state, rowKey: key })),
      ]);
    },
    scanState: (state: State | 'left', after: string): AsyncIterable<StoredRow> => byState.scan(state, after, 1000),
    /** The rows of the narrowest index; undefined where nothing is asked for. */
    scan(
      { status, item, reference, requestedBy }: UploadFilter,
      after: string,
      limit: number,
    ): AsyncIterable<StoredRow> | undefined {
      const conditions = [
        item === undefined ? '' : `item eq '${itemHash(item)}'`,
        reference === undefined ? '' : `reference eq '${hashOf(reference)}'`,
      ];
      const where = conditions.filter((each) => each !== '').join(' and ');
      // a person's own uploads are few beside everybody's: their state is read off the records
      if (requestedBy !== undefined) return byPerson.scan(hashOf(requestedBy), after, limit, where);
      if (status !== undefined) return byState.scan(stateOf(status), after, limit, where);
      if (item !== undefined) return byItem.scan(itemHash(item), after, limit, where);
      if (reference !== undefined) return byReference.scan(hashOf(reference), after, limit);
      return undefined;
    },
  };
}

export const indexedBy = ({ id, request }: UploadRecord): Indexed => ({
  key: inverted(id),
  ...(request.item === null ? {} : { item: itemHash(request.item) }),
  ...(request.reference === null ? {} : { reference: hashOf(request.reference) }),
  ...(request.requestedBy === undefined ? {} : { person: hashOf(request.requestedBy.id) }),
});

/** The same, from an index row whose record is not there. */
export const indexedAs = ({ rowKey, item, reference, person }: Row): Indexed => ({
  key: rowKey,
  ...(item === undefined ? {} : { item }),
  ...(reference === undefined ? {} : { reference }),
  ...(person === undefined ? {} : { person }),
});

export const matches = (record: UploadRecord, { status, item, reference, requestedBy }: UploadFilter): boolean =>
  (requestedBy === undefined || record.request.requestedBy?.id === requestedBy) &&
  (status === undefined || record.state === stateOf(status)) &&
  (item === undefined || (record.request.item !== null && itemHash(record.request.item) === itemHash(item))) &&
  (reference === undefined || record.request.reference === reference);

/** Every public status of an upload that has not ended lies in one index: which it is, only Durable knows. */
export const stateOf = (status: string | undefined): State => states.find((state) => state === status) ?? 'active';

const indexRow = (partitionKey: string, { key, item, reference, person }: Indexed): Row => ({
  partitionKey,
  rowKey: key,
  ...(item === undefined ? {} : { item }),
  ...(reference === undefined ? {} : { reference }),
  ...(person === undefined ? {} : { person }),
});
