/** Runs the main of a conformance kind and gives what it said. */
export function saying(main: (words: readonly string[]) => number, words: readonly string[]): { readonly code: number; readonly out: string; readonly err: string } {
  const said = { out: '', err: '' };
  const { log, error } = console;
  console.log = (line: string) => { said.out += `${line}\n`; };
  console.error = (line: string) => { said.err += `${line}\n`; };
  try {
    return { code: main(words), ...said };
  } finally {
    Object.assign(console, { log, error });
  }
}
