import { useEffect, useState } from 'preact/hooks';
import type { Announcer } from '../announcer';
import type { Api, Door } from '../api/client';
import type { Batches } from '../batches/batches';
import type { ChosenFiles } from '../files/chosenFiles';
import { useObserved } from '../observable';
import type { TargetForm } from '../target/targetForm';
import type { Listing } from '../uploads/listing';
import type { AppLimits } from './appLimits';
import { BatchCard } from './batchCard';
import { Composer } from './composer';
import { type Confirm, ConfirmUnknown } from './confirmUnknown';
import { droppedFiles } from './dropZone';
import { KeyDialog } from './keyDialog';
import { ListSection } from './listSection';
import { PageHeader } from './pageHeader';

export interface AppParts {
  readonly api: Api;
  readonly files: ChosenFiles;
  readonly form: TargetForm;
  readonly batches: Batches;
  readonly listing: Listing;
  readonly announcer: Announcer;
  readonly limits: AppLimits;
}

export function App({ api, files, form, batches, listing, announcer, limits }: AppParts) {
  useObserved(batches, announcer);
  const [asksKey, setAsksKey] = useState(false);
  const [isSignedIn, setSignedIn] = useState(false);
  const [question, setQuestion] = useState<Parameters<Confirm>>();
  const isOver = useDropping((transfer) => {
    const { files: dropped, leftOut } = droppedFiles(transfer);
    take(dropped, leftOut);
  });

  const take = (taken: File[], leftOut?: string): void => files.add(batches.giveBack(taken), leftOut);
  const begin = (): void => {
    form.start();
    listing.start();
    batches.resume();
  };
  useEffect(() => {
    api.onKeyNeeded = () => setAsksKey(true);
    void api.findDoor().then(() => {
      setSignedIn(api.door === '/my');
      begin();
    });
    window.addEventListener('beforeunload', (event) => {
      if (batches.isSending) event.preventDefault(); // the browser asks; bytes on their way would stop
    });
  }, []);

  const useKey = (key: string): void => {
    api.key = key;
    setAsksKey(false);
    form.start();
    listing.refresh();
    for (const run of batches.runs) if (run.phase === 'stopped') void run.run();
  };
  const useDoor = (door: Door): void => {
    api.door = door;
    listing.show({});
  };

  return (
    <div class={isOver ? 'page over' : 'page'}>
      <PageHeader
        api={api}
        listing={listing}
        isSignedIn={isSignedIn}
        hasSignIn={limits.hasSignIn}
        onDoor={useDoor}
        onAskKey={() => setAsksKey(true)}
        onForgetKey={() => {
          api.key = '';
          listing.refresh();
        }}
      />
      <main>
        <div class="intro">
          <h1>Attach files to Outlook</h1>
          <p>Large files too: each is attached once, and compared with yours byte for byte.</p>
        </div>
        <Composer files={files} form={form} batches={batches} limits={limits} onFiles={take} />
        {batches.runs.length > 0 && (
          <section class="batches" aria-label="From this tab">
            {batches.runs.map((run) => (
              <BatchCard key={run.batch.id} run={run} batches={batches} confirm={(...args) => setQuestion(args)} />
            ))}
          </section>
        )}
        <ListSection listing={listing} api={api} confirm={(...args) => setQuestion(args)} announce={announcer.say} />
      </main>
      <div class="sr" role="status" aria-live="polite">
        {announcer.text}
      </div>
      {asksKey && (
        <KeyDialog
          hasSignIn={limits.hasSignIn && !isSignedIn}
          wasRefused={api.key !== ''}
          onKey={useKey}
          onClose={() => setAsksKey(false)}
        />
      )}
      {question && (
        <ConfirmUnknown
          question={{ resource: question[0], goOn: question[1] }}
          onClose={() => setQuestion(undefined)}
        />
      )}
    </div>
  );
}

/** Files may be dropped anywhere. @returns whether some are held over the page just now */
function useDropping(onDrop: (transfer: DataTransfer) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (isForTextField(event)) return;
      event.preventDefault();
      setOver(holdsFiles(event));
    };
    const leave = ({ relatedTarget }: DragEvent): void => {
      if (relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      if (isForTextField(event) || !event.dataTransfer) return;
      event.preventDefault();
      setOver(false);
      onDrop(event.dataTransfer);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return isOver;
}

const holdsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes('Files') ?? false;

/** Text may be dropped into a field, such as a path. */
const isForTextField = (event: DragEvent): boolean =>
  !holdsFiles(event) &&
  event.target instanceof Element &&
  event.target.matches('textarea, input:not([type=radio], [type=checkbox])');
