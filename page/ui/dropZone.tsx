import { useRef } from 'preact/hooks';
import { fileSize } from '../words/format';
import { TrayIcon } from './icons';

/** The place to drop files, with a real button for everybody else. Files may be dropped anywhere on the page. */
export function DropZone({
  onFiles,
  mostBytes,
  isSmall,
}: {
  onFiles: (files: File[]) => void;
  mostBytes: number;
  isSmall: boolean;
}) {
  const input = useRef<HTMLInputElement>(null);
  const taken = (): void => {
    const { current } = input;
    if (!current) return;
    onFiles([...(current.files ?? [])]);
    current.value = ''; // the same file can be chosen again
  };
  return (
    <div class={`drop ${isSmall ? 'small' : ''}`}>
      {!isSmall && <TrayIcon />}
      <p>
        <button type="button" class={isSmall ? 'secondary' : 'primary'} onClick={() => input.current?.click()}>
          {isSmall ? 'Add files' : 'Choose files'}
        </button>
        <span class="or">or drop {isSmall ? 'more' : 'them'} anywhere on this page</span>
      </p>
      {!isSmall && <p class="fine">Up to {fileSize(mostBytes)} each</p>}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        id="files"
        onChange={taken}
        aria-label="Files to attach"
        data-testid="files"
      />
    </div>
  );
}

/** What was dropped: its files, and in words what of it cannot be attached. */
export function droppedFiles(transfer: DataTransfer): { files: File[]; leftOut: string } {
  const items = [...transfer.items].filter((item) => item.kind === 'file');
  const [folders, rest] = [items.filter(isFolder), items.filter((item) => !isFolder(item))];
  const files = rest.map((item) => item.getAsFile()).filter((file) => file !== null);
  if (folders.length > 0) return { files, leftOut: 'A folder cannot be attached: drop its files, or a ZIP of it.' };
  return { files, leftOut: files.length > 0 ? '' : 'Drop files, not links or text.' };
}

const isFolder = (item: DataTransferItem): boolean => item.webkitGetAsEntry()?.isDirectory === true;
