import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Api, Door } from '../api/client';
import { useObserved } from '../observable';
import { type ActionName, actOnMany, canCancel, canRetry } from '../uploads/actions';
import type { Listed, Listing } from '../uploads/listing';
import { viewOf, views } from '../uploads/views';
import type { Confirm } from './confirmUnknown';
import { ListRow } from './listRow';
import { ProblemNote } from './problemNote';

interface ListProps {
  readonly listing: Listing;
  readonly api: Api;
  readonly confirm: Confirm;
  readonly announce: (text: string) => void;
}

/** All that the app has attached or is attaching, to look through and to act on. */
export function ListSection({ listing, api, confirm, announce }: ListProps) {
  useObserved(listing);
  const [result, setResult] = useState('');
  const { rows, view, kind, loaded, problem, hasMore } = listing;
  const { list, onMore } = useFocusAfterMore(listing, () => listing.more());
  const chosen = rows.filter(({ id }) => listing.chosen.has(id));

  const onMany = async (name: ActionName): Promise<void> => {
    const words = await actOnMany(api, name, chosen);
    listing.chosen.clear();
    setResult(words);
    announce(words);
    listing.refresh();
  };

  return (
    <section class="list" aria-labelledby="list-title" id="list">
      <header>
        <h2 id="list-title" tabIndex={-1}>
          {kind === 'uploads' ? 'All uploads' : 'All deliveries'}
        </h2>
        {listing.hasDeliveries && (
          <div class="segments slim" role="group" aria-label="What to list">
            <label>
              <input
                type="radio"
                name="kind"
                checked={kind === 'uploads'}
                onChange={() => listing.show({ kind: 'uploads' })}
              />
              <span>Uploads</span>
            </label>
            <label>
              <input
                type="radio"
                name="kind"
                checked={kind === 'deliveries'}
                onChange={() => listing.show({ kind: 'deliveries' })}
              />
              <span>Deliveries</span>
            </label>
          </div>
        )}
        <label class="find">
          <span class="sr">Find by item path or reference</span>
          <input
            type="search"
            placeholder="Item path or reference"
            value={listing.search}
            onChange={({ currentTarget }) => listing.show({ search: currentTarget.value })}
          />
        </label>
      </header>
      <div class="views" role="group" aria-label="Which to show">
        {views.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            class="chip"
            aria-pressed={view === id}
            onClick={() => listing.show({ view: id })}
          >
            {label}
            <Count of={id} listing={listing} />
          </button>
        ))}
      </div>
      {chosen.length > 0 && (
        <div class="bulk" role="group" aria-label="With the selected ones">
          <span>{chosen.length} selected</span>
          <button
            type="button"
            class="secondary small"
            disabled={!chosen.some(canRetry)}
            onClick={() => void onMany('retry')}
          >
            Retry
          </button>
          <button
            type="button"
            class="secondary small"
            disabled={!chosen.some(canCancel)}
            onClick={() => void onMany('cancel')}
          >
            Cancel
          </button>
          <button
            type="button"
            class="quiet small"
            onClick={() => chosen.forEach(({ id }) => listing.choose(id, false))}
          >
            Clear
          </button>
        </div>
      )}
      {result !== '' && (
        <div class="note">
          {result}{' '}
          <button type="button" class="quiet small" onClick={() => setResult('')}>
            Close
          </button>
        </div>
      )}
      {problem && <ProblemNote problem={problem} />}
      {rows.length > 0 && (
        <label class="check-line all">
          <input
            type="checkbox"
            checked={chosen.length === rows.length}
            onChange={({ currentTarget }) => rows.forEach(({ id }) => listing.choose(id, currentTarget.checked))}
          />
          Select all {rows.length} shown
        </label>
      )}
      <ul class="rows" ref={list}>
        {rows.map((row) => (
          <ListRow key={row.id} row={row} listing={listing} api={api} confirm={confirm} />
        ))}
      </ul>
      {loaded && rows.length === 0 && !problem && <p class="empty">{emptyWords(listing, api.door)}</p>}
      {!loaded && <p class="empty">Loading…</p>}
      {hasMore && (
        <button type="button" class="secondary more" onClick={onMore}>
          Show more
        </button>
      )}
    </section>
  );
}

/** "Show more" disappears once it has shown the last rows: the focus moves from it to the first new row. */
function useFocusAfterMore({ rows, hasMore }: Listing, more: () => void) {
  const list = useRef<HTMLUListElement>(null);
  const before = useRef<readonly Listed[] | undefined>(undefined);
  useLayoutEffect(() => {
    const { current: known } = before;
    if (!known || rows === known) return; // not loaded yet
    before.current = undefined;
    if (hasMore || document.activeElement !== document.body) return;
    const ids = new Set(known.map(({ id }) => id));
    const newest = known[0]?.id ?? ''; // uploads that began meanwhile stand above it
    const first = rows.findIndex(({ id }) => !ids.has(id) && id < newest);
    list.current?.children[first < 0 ? rows.length - 1 : first]?.querySelector<HTMLElement>('input, button')?.focus();
  }, [rows]);
  const onMore = (): void => {
    before.current = rows;
    more();
  };
  return { list, onMore };
}

function emptyWords({ search, view }: Listing, door: Door): string {
  if (search !== '') return 'Nothing matches.';
  const { empty, ownEmpty } = viewOf(view);
  return (door === '/my' ? ownEmpty : undefined) ?? empty;
}

function Count({ of, listing: { counts } }: { of: string; listing: Listing }) {
  const n = of === 'waiting' ? counts.waiting : of === 'failed' ? counts.failed : undefined;
  return n === undefined || n === 0 ? null : <span class={`count ${of}`}>{countWords(n)}</span>;
}

export const countWords = (n: number): string => (n >= 100 ? '100+' : String(n));
