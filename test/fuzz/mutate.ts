/** Changes of a text, from one byte to its whole shape. Texts hold one character per byte. */
import type { Random } from './random';

const TOKEN = /[A-Za-z_]\w*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\/\*[\s\S]*?\*\/|[-+*/%&|^<>=!#.]{1,3}|\s+|[\s\S]/g;

/** Pieces that mean something to a C reader, or that one must survive. */
export const PIECES = [
  '(', ')', '{', '}', '[', ']', '<', '>', ';', ',', '.', '->', '...', ':', '?', '=', '*', '&', '&&', '#', '##', '%:', '<:', '\\', '\\\n', '\\\r\n', '\\ \n', '\n', '\r', '\r\n', '\t', '\0', '\x1a',
  '"', '\'', '/*', '*/', '//', '??/\n', '??=', '??(', '\xff', '\xc3', '\xef\xbb\xbf', '\xe2\x80\xa8', '\xf0\x9f\x98\x80', '\xed\xa0\x80', '\x7f', '\f', '\v', '$', '@', '`',
  '0', '1', '-1', '0x7fffffffffffffff', '18446744073709551616', '1e999', '0b', '0x', '1.2.3e+e', '099', '\'ab\'', 'L"x"', 'u8"\\xff"', '"\\777"', '\'\\\'',
  'struct', 'union', 'enum', 'typedef', 'static', 'const', 'int', 'char', 'unsigned', 'long', '_Bool', 'sizeof', 'typeof', '__typeof__', '__attribute__', '((packed))', '((aligned(8)))', '_Alignas(', '_Static_assert(',
  '_Generic(', '__builtin_offsetof(', '__builtin_types_compatible_p(', '__builtin_choose_expr(', '__extension__', '__auto_type', 'asm', '_Pragma("pack(1)")', '__VA_ARGS__', '__VA_OPT__(', '__COUNTER__', '__LINE__', '__FILE__',
  '\n#define X(a, ...) a ## __VA_ARGS__ #a\n', '\n#if 1\n', '\n#ifdef A\n', '\n#else\n', '\n#elif X(1\n', '\n#endif\n', '\n#include "a.h"\n', '\n#include "main.c"\n', '\n#include <linux/kstate.h>\n', '\n#undef X\n', '\n#line 4294967295 "x"\n',
  '\n#pragma pack(push, 1)\n', '\n#pragma push_macro("X")\n', '\n#pragma pop_macro("X")\n', '\n#error x\n', 'X(', 'X(,)', 'KSTATE_BASE_TYPE(', 'KSTATE_END_OF_LIST()', 'KSTATE_POINTER(', 'KSTATE_FOLIO(', 'kstate_register(',
  'struct kstate_description', '.fields', '.id =', '.version_id = ', '[0 ... 9] =', '({', '})', 'case 1 ... 2:', 'goto *', 'for (;;)', ': 3', '__attribute__((vector_size(16)))', 'return',
] as const;

/** `rounds` changes, one after the other; the text stays below `most` bytes. */
export function mutate(random: Random, text: string, others: readonly string[], rounds: number, most: number): string {
  let now = text;
  for (let i = 0; i < rounds; i++) {
    const next = change(random, now, others);
    if (next.length <= most) now = next;
  }
  return now;
}

function change(random: Random, text: string, others: readonly string[]): string {
  const at = random.below(text.length + 1);
  switch (random.below(18)) {
    case 0: case 1: { // bits of one byte
      const byte = (text.charCodeAt(at) || 0) ^ (1 << random.below(8));
      return text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
    }
    case 2: return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at);
    case 3: return text.slice(0, at); // cut off
    case 4: return text.slice(at); // begun late
    case 5: return text.slice(0, at) + text.slice(at + random.size(200));
    case 6: case 7: case 8: return text.slice(0, at) + (random.pick(PIECES)) + text.slice(at);
    case 9: return onTokens(random, text, (tokens, i) => { tokens.splice(i, random.size(4)); });
    case 10: return onTokens(random, text, (tokens, i) => { tokens.splice(i, 0, ...tokens.slice(i, i + random.size(8))); });
    case 11: return onTokens(random, text, (tokens, i) => {
      const k = random.below(tokens.length);
      [tokens[i], tokens[k]] = [tokens[k] ?? '', tokens[i] ?? ''];
    });
    case 12: return onTokens(random, text, (tokens, i) => { tokens[i] = random.pick(PIECES); });
    case 13: { // spliced with another
      const other = random.pick(others) ?? '';
      return text.slice(0, at) + other.slice(random.below(other.length));
    }
    case 14: { // a piece of another in the middle
      const other = random.pick(others) ?? '';
      const from = random.below(other.length);
      return text.slice(0, at) + other.slice(from, from + random.size(2000)) + text.slice(at);
    }
    case 15: { // a piece many times
      const piece = random.oneIn(2) ? random.pick(PIECES) : text.slice(at, at + random.size(60));
      return text.slice(0, at) + piece.repeat(random.size(3000)) + text.slice(at);
    }
    case 16: return endings(random, text);
    default: { // line splices everywhere
      const step = random.size(40);
      return text.replace(new RegExp(`([\\s\\S]{${step}})`, 'g'), random.oneIn(3) ? '$1??/\n' : '$1\\\n');
    }
  }
}

function onTokens(random: Random, text: string, edit: (tokens: string[], i: number) => void): string {
  const tokens = text.match(TOKEN) ?? [];
  edit(tokens, random.below(tokens.length));
  return tokens.join('');
}

function endings(random: Random, text: string): string {
  switch (random.below(5)) {
    case 0: return text.replace(/\r?\n/g, '\r\n');
    case 1: return text.replace(/\r?\n/g, '\r');
    case 2: return text.replace(/\n/g, ' ');
    case 3: return `\xef\xbb\xbf${text}`;
    default: return text.replace(/[#[\]{}^|~\\]/g, (c) => TRIGRAPHS[c] ?? c);
  }
}
const TRIGRAPHS: Readonly<Record<string, string>> = { '#': '??=', '[': '??(', ']': '??)', '{': '??<', '}': '??>', '^': '??\'', '|': '??!', '~': '??-', '\\': '??/' };
