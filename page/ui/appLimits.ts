/** What the app told the page about itself when it served it. */
export interface AppLimits {
  readonly mostBytes: number;
  readonly maySend: boolean;
  /** People can sign in here (App Service authentication). */
  readonly hasSignIn: boolean;
}

export function readLimits({ dataset }: HTMLElement): AppLimits {
  return {
    mostBytes: Number(dataset['maxBytes']),
    maySend: dataset['send'] === 'true',
    hasSignIn: dataset['signIn'] === 'true',
  };
}
