// Prints the figures of pacing as one line of JSON; the argument is what a PUT takes (ms).
import { pacingFigures } from './pacingFigures';

void pacingFigures(Number(process.argv[2] ?? 500)).then(
  (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
