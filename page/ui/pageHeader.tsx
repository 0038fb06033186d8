import type { Api, Door } from '../api/client';
import { useObserved } from '../observable';
import type { Listing } from '../uploads/listing';
import type { ViewId } from '../uploads/views';
import { Mark } from './icons';
import { countWords } from './listSection';

/** Where App Service authentication lets people in and out, and back to this page. */
export const signInPath = '/.auth/login/aad?post_login_redirect_uri=/';
const signOutPath = '/.auth/logout?post_logout_redirect_uri=/';

interface HeaderProps {
  readonly api: Api;
  readonly listing: Listing;
  readonly isSignedIn: boolean;
  readonly hasSignIn: boolean;
  readonly onDoor: (door: Door) => void;
  readonly onAskKey: () => void;
  readonly onForgetKey: () => void;
}

/** The name, what needs somebody, and as whom the page asks. */
export function PageHeader({ api, listing, isSignedIn, hasSignIn, onDoor, onAskKey, onForgetKey }: HeaderProps) {
  useObserved(listing);
  const { waiting = 0, failed = 0 } = listing.counts;
  const go = (view: ViewId): void => {
    listing.show({ view, kind: 'uploads' });
    document.getElementById('list-title')?.focus();
  };
  return (
    <header class="top">
      <div class="brand">
        <Mark />
        <span>Blob to Outlook</span>
      </div>
      <nav aria-label="What needs somebody">
        {waiting > 0 && (
          <button type="button" class="chip wait" onClick={() => go('waiting')}>
            {countWords(waiting)} waiting
          </button>
        )}
        {failed > 0 && (
          <button type="button" class="chip bad" onClick={() => go('failed')}>
            {countWords(failed)} failed
          </button>
        )}
        {listing.problem?.code === 'Offline' && (
          <span class="chip quiet" role="status">
            Not connected
          </span>
        )}
        {listing.problem?.code === 'KeyNeeded' && (
          <button type="button" class="secondary small" onClick={onAskKey}>
            Enter the key
          </button>
        )}
        {isSignedIn && (
          <button type="button" class="quiet small" onClick={() => onDoor(api.door === '/my' ? '/api' : '/my')}>
            {api.door === '/my' ? 'Show everybody’s uploads' : 'Show my uploads'}
          </button>
        )}
        {hasSignIn && (
          <a class="door" href={isSignedIn ? signOutPath : signInPath}>
            {isSignedIn ? 'Sign out' : 'Sign in'}
          </a>
        )}
        {api.door === '/api' && api.key !== '' && (
          <button type="button" class="quiet small" onClick={onForgetKey}>
            Forget the key
          </button>
        )}
      </nav>
    </header>
  );
}
