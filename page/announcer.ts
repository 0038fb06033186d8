import { Observable } from './observable';

/** What a screen reader is told. */
export class Announcer extends Observable {
  text = '';

  say = (text: string): void => {
    this.text = text;
    this.changed();
  };
}
