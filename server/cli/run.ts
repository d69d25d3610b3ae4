/** From words to a verb to an exit code. */
import { version } from '../../package.json';
import { generalHelp, verbHelp } from './help';
import type { CliIo } from './io';
import { EXIT, Interrupted, UsageError } from './io';
import { parseOptions } from './options';
import { VERBS } from './verbs';

/** Runs the command line `words` (without node and script). Never rejects. */
export async function runCli(words: readonly string[], io: CliIo): Promise<number> {
  const [first, ...rest] = words;
  if (first === '--version' || first === '-V') {
    io.stdout(`kexec-handover ${version}\n`);
    return EXIT.clean;
  }
  if (first === '--help' || first === '-h' || first === 'help') {
    io.stdout(generalHelp());
    return EXIT.clean;
  }
  const verb = VERBS.find((v) => v.name === first);
  if (verb === undefined) {
    io.stderr(first === undefined ? generalHelp() : `kexec-handover: unknown verb "${first}"; verbs are ${VERBS.map((v) => v.name).join(', ')}\n`);
    return EXIT.usage;
  }
  const beforeOperands = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length);
  if (beforeOperands.includes('--help') || beforeOperands.includes('-h')) {
    io.stdout(verbHelp(verb));
    return EXIT.clean;
  }
  try {
    return await verb.run(parseOptions(verb, rest, io.cwd), io);
  } catch (error) {
    if (error instanceof Interrupted) return EXIT.interrupted;
    if (error instanceof UsageError) {
      io.stderr(`kexec-handover: ${error.message}\n`);
      return EXIT.usage;
    }
    io.stderr(`kexec-handover: ${verb.name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.usage;
  }
}
