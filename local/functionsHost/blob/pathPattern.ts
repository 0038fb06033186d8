import { Refusal } from '../settings';

/** The `path` of a blob trigger: `container/…` with parameters, of which each may span slashes. */
export class PathPattern {
  readonly container: string;
  /** What every matching name begins with. */
  readonly prefix: string;
  private readonly names: string[] = [];
  private readonly pattern: RegExp;

  /** @throws Refusal where the container is a parameter or the form is not known */
  constructor(path: string) {
    const slash = path.indexOf('/');
    this.container = slash < 0 ? path : path.slice(0, slash);
    const blob = slash < 0 ? '{name}' : path.slice(slash + 1);
    if (/[{}]/.test(this.container)) throw new Refusal(`the blob path '${path}' has a parameter as its container`);
    this.prefix = blob.split('{', 1)[0] ?? '';
    const source = blob.split(/\{(\w+)\}/).map((part, index) => {
      if (index % 2 === 0) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      this.names.push(part);
      return '(.+)';
    });
    this.pattern = new RegExp(`^${source.join('')}$`, 's');
  }

  /** The parameters of a blob of this container, undefined where it does not match. */
  match(blob: string): Record<string, string> | undefined {
    const found = this.pattern.exec(blob);
    return found ? Object.fromEntries(this.names.map((name, index) => [name, found[index + 1] ?? ''])) : undefined;
  }
}
