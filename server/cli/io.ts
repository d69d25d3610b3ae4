/** What a verb may touch of the world around it; tests give their own. */
export interface CliIo {
  readonly cwd: string;
  stdout(text: string): void;
  stderr(text: string): void;
}

/** Exit codes of every verb (INTERFACES, "Command line"). */
export const EXIT = { clean: 0, found: 1, usage: 2 } as const;

/** Wrong use or unreadable input: printed to stderr, exit 2. */
export class UsageError extends Error {}

/** This process. A reader that goes away (`| head`) ends the output and is no failure. */
export function processIo(): CliIo {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    });
  }
  return {
    cwd: process.cwd(),
    stdout: (text) => { process.stdout.write(text); },
    stderr: (text) => { process.stderr.write(text); },
  };
}
