import type { MailboxItem } from '../api/types';
import { peopleOf } from '../target/recentItems';
import type { TargetForm } from '../target/targetForm';
import { ClipIcon } from './icons';
import { ProblemNote } from './problemNote';

/** The recent drafts or events of the mailbox, one of which is chosen. */
export function RecentPicker({ form }: { form: TargetForm }) {
  const { recent, mailbox } = form;
  if (recent.unavailable) {
    return (
      <div class="note">
        <p>This app does not list what is in a mailbox.</p>
        <button type="button" class="secondary small" onClick={() => form.set({ mode: 'path' })}>
          Type the item’s path instead
        </button>
      </div>
    );
  }
  const error = form.errors.get('item');
  return (
    <>
      <div class="filters">
        <label class="choice">
          <span class="sr">Kind</span>
          <select
            value={recent.kind}
            onChange={({ currentTarget }) => recent.look(mailbox, { kind: currentTarget.value as 'draft' | 'event' })}
          >
            <option value="draft">Drafts</option>
            <option value="event">Events</option>
          </select>
        </label>
        <label class="grow">
          <span class="sr">Search in subjects</span>
          <input
            type="search"
            placeholder="Search"
            value={recent.search}
            onInput={({ currentTarget }) => recent.look(mailbox, { search: currentTarget.value })}
          />
        </label>
      </div>
      {recent.problem && <ProblemNote problem={recent.problem} />}
      <div
        class="items"
        role="radiogroup"
        aria-label={recent.kind === 'draft' ? 'Recent drafts' : 'Recent events'}
        aria-busy={recent.loading}
        aria-describedby={error ? 'item-error' : undefined}
      >
        {(recent.items ?? []).map((item) => (
          <Item
            key={item.item}
            item={item}
            isChosen={recent.chosen?.item === item.item}
            onChoose={() => recent.choose(item)}
          />
        ))}
      </div>
      <p class="fine" role="status">
        {emptyWords(form)}
      </p>
      {error && (
        <p class="wrong-why" id="item-error">
          {error}
        </p>
      )}
    </>
  );
}

function emptyWords({ recent, mailbox }: TargetForm): string {
  if (mailbox.trim() === '') return 'Name a mailbox to see its recent drafts and events.';
  if (recent.loading && !recent.items) return 'Looking…';
  if (recent.items?.length !== 0) return '';
  return recent.search === ''
    ? `There are no ${recent.kind}s in this mailbox.`
    : `No ${recent.kind} matches “${recent.search}”.`;
}

const Item = ({ item, isChosen, onChoose }: { item: MailboxItem; isChosen: boolean; onChoose: () => void }) => (
  <label class="item">
    <input type="radio" name="item" checked={isChosen} onChange={onChoose} />
    <span class="about">
      <span class="name">{item.subject || 'Without subject'}</span>
      <span class="fine">{[peopleOf(item), when(item)].filter(Boolean).join(' · ')}</span>
    </span>
    {item.hasAttachments && (
      <span class="fine">
        <ClipIcon />
        <span class="sr">has attachments</span>
      </span>
    )}
  </label>
);

const when = ({ when: iso, kind }: MailboxItem): string =>
  iso === null || Number.isNaN(Date.parse(iso))
    ? ''
    : new Date(iso).toLocaleString('en', {
        dateStyle: 'medium',
        ...(kind === 'event' ? { timeStyle: 'short' as const, hourCycle: 'h23' as const } : {}),
      });
