import type { AppFunction } from '../functions';
import { Refusal } from '../settings';

/** An HTTP function's route, compiled. */
export interface Route {
  target: AppFunction;
  methods: ReadonlySet<string>;
  authLevel: 'anonymous' | 'function' | 'admin';
  pattern: RegExp;
  names: string[];
}

export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
}

const parameter = /^\{(\*?)(\w+)\}$/;
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

function compile(target: AppFunction, prefix: string): Route {
  const { route, methods, authLevel } = target.trigger as { route?: string; methods?: string[]; authLevel?: string };
  const names: string[] = [];
  const segments = [prefix, route ?? target.name]
    .join('/')
    .split('/')
    .filter((segment) => segment !== '');
  const source = segments.map((segment) => {
    const [, star, name] = parameter.exec(segment) ?? [];
    if (name === undefined) {
      if (/[{}]/.test(segment))
        throw new Refusal(
          `function '${target.name}': route segment '${segment}' (constraints, defaults, optional or partial parameters) is not supported by this host`,
        );
      return `/${escaped(segment)}`;
    }
    names.push(name);
    return star ? '(?:/(.*))?' : '/([^/]+)';
  });
  return {
    target,
    methods: new Set((methods ?? ['GET', 'POST']).map((method) => method.toUpperCase())),
    authLevel: (authLevel ?? 'anonymous').toLowerCase() as Route['authLevel'],
    pattern: new RegExp(`^${source.join('')}/?$`, 'i'),
    names,
  };
}

/** The routes of the HTTP functions, tried in order of function name: not by how specific they are, as in Azure. */
export class RouteTable {
  readonly routes: Route[];

  /** @throws Refusal for a route in a form this host does not have */
  constructor(functions: AppFunction[], prefix: string) {
    const key = (item: AppFunction): string => item.name.toUpperCase();
    this.routes = functions
      .map((target) => compile(target, prefix))
      .sort((a, b) => (key(a.target) < key(b.target) ? -1 : 1));
  }

  /** @param path decoded as by routePath */
  match(method: string, path: string): RouteMatch | undefined {
    for (const route of this.routes) {
      const found = route.methods.has(method) ? route.pattern.exec(path) : null;
      if (found) return { route, params: paramsOf(route, found) };
    }
    return undefined;
  }
}

function paramsOf({ names }: Route, found: RegExpExecArray): Record<string, string> {
  const entries = names.map((name, index) => [name, found[index + 1]] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => Boolean(entry[1])));
}
