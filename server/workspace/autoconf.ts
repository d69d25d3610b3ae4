/** `.config` and `autoconf.h`: one made from the other as kconfig writes it (scripts/kconfig/confdata.c, print_symbol_for_c), and single options read from either. */

const ENTRY = /^(CONFIG_\w+)=(.*)$/;

/**
 * The text of autoconf.h for a .config: y is 1, m is `_MODULE` 1, what is not set is left out, strings stay as they are escaped, numbers as they
 * are written. A later line wins, as kconfig reads them.
 */
export function autoconfText(config: string): string {
  const values = new Map<string, string>();
  for (const line of config.split(/\r?\n/)) {
    const [, name, value] = ENTRY.exec(line) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
    else {
      const unset = /^# (CONFIG_\w+) is not set$/.exec(line)?.[1];
      if (unset !== undefined) values.delete(unset);
    }
  }
  const lines: string[] = [];
  for (const [name, value] of values) {
    if (value === 'y') lines.push(`#define ${name} 1`);
    else if (value === 'm') lines.push(`#define ${name}_MODULE 1`);
    else if (/^"(?:[^"\\]|\\.)*"$/.test(value) || /^-?\d+$/.test(value) || /^0[xX][0-9a-fA-F]+$/.test(value)) lines.push(`#define ${name} ${value}`);
    // A hex symbol may be written without its prefix; only its letters tell it from a number.
    else if (/^[0-9a-fA-F]+$/.test(value)) lines.push(`#define ${name} 0x${value}`);
  }
  return `${lines.join('\n')}\n`;
}

/** The value an autoconf.h gives the option; undefined: none. */
export function optionIn(autoconf: string, option: string): string | undefined {
  return new RegExp(`^#define ${option} (.*)$`, 'm').exec(autoconf)?.[1];
}
