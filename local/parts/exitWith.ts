/** Ends this process once a command is done: with 0, or with 1 and why on stderr. */
export function exitWith(command: Promise<void>): void {
  command.then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}
