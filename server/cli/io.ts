/** What a verb may touch of the world around it; tests give their own. */
export interface CliIo {
  readonly cwd: string;
  stdout(text: string): void;
  stderr(text: string): void;
  /** A line that says how far something is, written over the last one; undefined takes it away. Absent: nobody watches. */
  readonly progress?: ((line: string | undefined) => void) | undefined;
  /** The width of the terminal that shows stdout; undefined: it is none, or does not say. */
  readonly columns?: number | undefined;
  /** While it stands, Ctrl-C calls `stop` instead of ending the process. Gives what takes it away. */
  onInterrupt?(stop: () => void): () => void;
}

/** Exit codes of every verb (INTERFACES, "Command line"). */
export const EXIT = { clean: 0, found: 1, usage: 2, interrupted: 130 } as const;

/** Wrong use or unreadable input: printed to stderr, exit 2. */
export class UsageError extends Error {}

/** The person stopped it: exit 130, as shells count it. */
export class Interrupted extends Error {}

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
    columns: process.stdout.isTTY && process.stdout.columns > 0 ? process.stdout.columns : undefined,
    progress: process.stderr.isTTY ? terminalLine : undefined,
    onInterrupt: (stop) => {
      process.once('SIGINT', stop);
      return () => { process.off('SIGINT', stop); };
    },
  };
}

/** Carriage return, the line, and what clears the rest of it (ECMA-48 EL). */
function terminalLine(line: string | undefined): void {
  // A terminal that does not say how wide it is counts as 80 columns.
  const columns = process.stderr.columns > 0 ? process.stderr.columns : 80;
  process.stderr.write(`\r${(line ?? '').slice(0, columns - 1)}\u001b[K`);
}
