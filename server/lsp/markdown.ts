/** Small pieces of markdown. */
import { hexBytes } from '../formats/text';

/** Inline code; a backtick inside gets a longer fence. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Text as it is: none of it is markup. */
export function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>]/g, '\\$&');
}

export function cBlock(text: string): string {
  return `\`\`\`c\n${text.replaceAll('```', "'''")}\n\`\`\``;
}

export function plural(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `8c 77 37 3b … 12 more`. */
export function firstBytes(bytes: Uint8Array, most: number): string {
  const shown = hexBytes(bytes.subarray(0, most), ' ');
  return bytes.length > most ? `${shown} … ${bytes.length - most} more` : shown;
}
