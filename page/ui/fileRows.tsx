import { useState } from 'preact/hooks';
import { type ChosenFile, fileProblem } from '../files/chosenFile';
import type { ChosenFiles } from '../files/chosenFiles';
import { mendedName, nameProblem } from '../files/names';
import { fileSize } from '../words/format';
import { FileIcon } from './icons';

/** The files that were chosen, each with what is wrong with it, a way to rename it, and one to leave it out. */
export const FileRows = ({ files, mostBytes }: { files: ChosenFiles; mostBytes: number }) => (
  <ul class="files" aria-label="Chosen files">
    {files.list.map((each) => (
      <FileRow key={each.key} chosen={each} files={files} mostBytes={mostBytes} />
    ))}
  </ul>
);

function FileRow({ chosen, files, mostBytes }: { chosen: ChosenFile; files: ChosenFiles; mostBytes: number }) {
  /** The name as it was; undefined while nobody changes it. */
  const [nameBefore, setNameBefore] = useState<string>();
  const endRenaming = (): void => setNameBefore(undefined);
  const { key, name, file } = chosen;
  const problem = fileProblem(chosen, mostBytes);
  const canMend = problem !== undefined && problem === nameProblem(name);
  return (
    <li class={problem ? 'wrong' : ''}>
      <FileIcon />
      <div class="about">
        {nameBefore !== undefined ? (
          <input
            type="text"
            aria-label={`Name of ${name} at the item`}
            value={name}
            ref={(input) => input?.focus()}
            onInput={({ currentTarget }) => files.rename(key, currentTarget.value)}
            onBlur={endRenaming}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== 'Escape') return;
              event.preventDefault();
              if (event.key === 'Escape') files.rename(key, nameBefore);
              endRenaming();
            }}
          />
        ) : (
          <span class="name">{name}</span>
        )}
        <span class="fine">{fileSize(file.size)}</span>
        {problem && (
          <p class="wrong-why" role="alert">
            {problem}
          </p>
        )}
        {canMend && (
          <button type="button" class="secondary small" onClick={() => files.rename(key, mendedName(name))}>
            Correct the name
          </button>
        )}
      </div>
      <button type="button" class="quiet small" aria-label={`Rename ${name}`} onClick={() => setNameBefore(name)}>
        Rename
      </button>
      <button type="button" class="quiet small" aria-label={`Remove ${name}`} onClick={() => files.remove(key)}>
        Remove
      </button>
    </li>
  );
}
