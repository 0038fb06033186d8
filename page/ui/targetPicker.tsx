import { useObserved } from '../observable';
import type { Mode, TargetForm } from '../target/targetForm';
import { Field } from './field';
import { RecentPicker } from './recentPicker';

const modes: readonly (readonly [Mode, string])[] = [
  ['recent', 'Recent item'],
  ['draft', 'New draft'],
  ['path', 'Path'],
];

/** Where the files go: one of three ways to say it. */
export function TargetPicker({ form }: { form: TargetForm }) {
  useObserved(form);
  return (
    <fieldset class="target">
      <legend class="step">Where to</legend>
      <div class="segments">
        {modes.map(([mode, label]) => (
          <label key={mode}>
            <input type="radio" name="mode" checked={form.mode === mode} onChange={() => form.set({ mode })} />
            <span>{label}</span>
          </label>
        ))}
      </div>
      {form.mode !== 'path' && <Mailbox form={form} />}
      {form.mode === 'recent' && <RecentPicker form={form} />}
      {form.mode === 'draft' && <NewDraft form={form} />}
      {form.mode === 'path' && <TypedPath form={form} />}
    </fieldset>
  );
}

const Mailbox = ({ form }: { form: TargetForm }) => (
  <Field
    id="mailbox"
    label="Mailbox"
    value={form.mailbox}
    onValue={(mailbox) => form.set({ mailbox })}
    error={form.errors.get('mailbox')}
    input={{ type: 'text', inputMode: 'email', placeholder: 'megan@contoso.com' }}
  />
);

const NewDraft = ({ form }: { form: TargetForm }) => (
  <>
    <Field
      id="to"
      label="To"
      value={form.to}
      onValue={(to) => form.set({ to })}
      error={form.errors.get('to')}
      input={{ placeholder: 'alex@contoso.com, adele@contoso.com' }}
    />
    <Field
      id="subject"
      label="Subject"
      value={form.subject}
      onValue={(subject) => form.set({ subject })}
      input={{ spellcheck: true }}
    />
    <div class="field">
      <label for="text">Message</label>
      <textarea
        id="text"
        rows={3}
        value={form.text}
        onInput={({ currentTarget }) => form.set({ text: currentTarget.value })}
      />
    </div>
  </>
);

function TypedPath({ form }: { form: TargetForm }) {
  const { check } = form;
  const known = typeof check === 'object' ? check : undefined;
  const error = form.errors.get('path') ?? (known?.state === 'bad' ? known.words : undefined);
  return (
    <Field
      id="path"
      label="Path of the item"
      value={form.path}
      onValue={(path) => form.set({ path })}
      error={error}
      input={{ placeholder: 'users/megan@contoso.com/messages/AAMk…=' }}
      hint={
        <>
          <span role="status" class={known && !error ? `check ${known.state}` : 'check'}>
            {check === 'checking' ? 'Checking…' : known && known.state !== 'bad' ? known.words : ''}
          </span>
          <span>As in Microsoft Graph, or its whole address pasted.</span>
        </>
      }
    />
  );
}
