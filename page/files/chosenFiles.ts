import { Observable } from '../observable';
import { chosen, type ChosenFile } from './chosenFile';
import { composed } from './names';

/** The files that were chosen and not sent yet, in the order in which they came. */
export class ChosenFiles extends Observable {
  list: readonly ChosenFile[] = [];
  /** what was dropped last and left out, in words; until the list changes again */
  leftOut = '';

  add(files: readonly File[], leftOut = ''): void {
    this.#set([...this.list, ...files.map(chosen)], leftOut);
  }

  rename(key: string, name: string): void {
    this.#set(this.list.map((each) => (each.key === key ? { ...each, name: composed(name) } : each)));
  }

  remove(key: string): void {
    this.#set(this.list.filter((each) => each.key !== key));
  }

  clear(): void {
    this.#set([]);
  }

  get bytes(): number {
    return this.list.reduce((sum, { file }) => sum + file.size, 0);
  }

  #set(list: readonly ChosenFile[], leftOut = ''): void {
    this.list = list;
    this.leftOut = leftOut;
    this.changed();
  }
}
