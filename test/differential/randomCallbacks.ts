/**
 * Random callbacks in the C that the interpreter runs: every width of integer, bit-fields, arrays, pointers, structs by value, control flow.
 *
 * Nothing in them is undefined (no padding either: its bytes are nobody's) or left to the compiler (but signed overflow, for which gcc gets -fwrapv), they end, and they write no
 * addresses: so both sides must give the same bytes.
 */

import type { Random } from '../fuzz/random';

type List = readonly [string, ...string[]];

const ints: List = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64', 'int', 'unsigned int', 'long', 'unsigned long', 'char', 'bool', 'long long'];

/** Declarations that every program shares; `struct thing` is the object. */
export const shared = `
enum mood { CALM, TENSE = 7, ANGRY = 200 };
enum sign { MINUS = -3, ZERO, PLUS };
struct pair { s16 left; u16 filler; u32 right; };
struct pack { u8 tag; u64 wide; u16 tail; } __attribute__((packed));
struct thing {
	u8 a; s8 b; u16 c; s16 d; u32 e; s32 f; u64 g; s64 h; bool on; char letter;
	enum mood mood; enum sign sign;
	unsigned int low : 3, mid : 11; int most : 9; u64 wide : 37; s64 narrow : 20;
	u8 bytes[8]; s16 shorts[4]; u32 words[4]; s64 longs[2];
	struct pair pair, pairs[3];
	struct pack pack;
	union { u32 whole; u8 parts[4]; s16 halves[2]; };
	char text[12];
	u8 grid[3][4];
};
static const u16 table[5] = { 1, 500, [3] = 40000, 7 };
static u32 counter = 3;
static struct pair twin(struct pair p, int by) { p.left += by; p.right ^= (u32)by * 2654435761u; return p; }
static int deep(int n, u32 x) { return n <= 0 ? (int)x : deep(n - 1, x * 31 + n) ^ n; }
static void bump(u32 *at, u8 by) { *at += by; }
static s64 sum(const u8 *from, size_t n) { s64 all = 0; for (size_t i = 0; i < n; i++) all += from[i] * (s64)(i + 1); return all; }
static u32 remember(u32 x) { static u32 last = 17; u32 was = last; last = x; return was; }
static int apply(int (*fn)(int, u32), int n, u32 x) { return fn ? fn(n, x) : -1; }
`;

class Writer {
  private locals: { readonly name: string; readonly type: string }[] = [];
  private next = 0;
  private labels = 0;

  constructor(private readonly dice: Random, private readonly saving: boolean) {}

  body(): string {
    const lines = ['\tstruct thing *t = object;', '\tstruct pair spare = { 1, .right = 2 };', '\tu8 scratch[16] = { 9, 8, [5] = 7 };', '\tint rc = 0;', '\tu32 *at;'];
    this.locals = [];
    for (let i = 0, n = 2 + this.dice.below(4); i < n; i++) lines.push(this.local());
    for (let i = 0, n = 3 + this.dice.below(7); i < n; i++) lines.push(...this.statement(2, '\t'));
    lines.push('out:', `\treturn rc${this.dice.below(100) < 30 ? ` ? rc : (int)(${this.expr(2)} & 63)` : ''};`);
    return lines.join('\n');
  }

  private local(): string {
    const type = this.dice.pick(ints);
    const name = `v${this.next++}`;
    const line = `\t${type} ${name} = ${this.expr(2)};`;
    this.locals.push({ name, type });
    return line;
  }

  private index(below: number): string {
    return `((unsigned)(${this.expr(1)}) % ${below}u)`;
  }

  /** Something that can be assigned to. */
  private place(): string {
    const { dice } = this;
    if (this.locals.length > 0 && dice.below(100) < 35) return this.locals[dice.below(this.locals.length)]?.name ?? 'rc';
    return dice.pick<() => string>([
      () => `t->${dice.pick(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'on', 'letter', 'mood', 'sign'])}`,
      () => `t->${dice.pick(['low', 'mid', 'most', 'wide', 'narrow'])}`,
      () => `t->bytes[${this.index(8)}]`, () => `t->shorts[${this.index(4)}]`, () => `t->words[${this.index(4)}]`, () => `t->longs[${this.index(2)}]`,
      () => `t->pair.${dice.pick(['left', 'right'])}`, () => `t->pairs[${this.index(3)}].${dice.pick(['left', 'right'])}`,
      () => `t->pack.${dice.pick(['tag', 'wide', 'tail'])}`, () => dice.pick(['t->whole', 't->parts[2]', 't->halves[1]']),
      () => `t->grid[${this.index(3)}][${this.index(4)}]`, () => `(*(t->words + ${this.index(4)}))`, () => `(&t->pairs[0])[${this.index(3)}].left`,
      () => `((struct pair *)&t->pairs[1])->right`, () => `scratch[${this.index(16)}]`, () => 'spare.right', () => 'counter',
    ])();
  }

  private literal(): string {
    const { dice } = this;
    return dice.pick<() => string>([
      () => String(dice.below(300)), () => String(-dice.below(40000)), () => `0x${(dice.below(0x7fffffff) * 2 + 1).toString(16)}`, () => `${dice.below(0x7fffffff)}ul`,
      () => `0x${dice.below(0x7fffffff).toString(16)}${dice.below(0x7fffffff).toString(16).padStart(8, '0')}ull`, () => `'${dice.pick(['a', 'Z', '\\n', '\\xff', '\\0'])}'`,
      () => dice.pick(['ANGRY', 'MINUS', 'TENSE']), () => `sizeof(${dice.pick(['struct thing', 't->pairs', 't->e', 'spare', 'u16', '*at'])})`,
      () => `offsetof(struct thing, ${dice.pick(['pairs[1].right', 'pack', 'text', 'halves'])})`,
    ])();
  }

  /** Without side effects, so that no order of evaluation shows. */
  private expr(depth: number): string {
    const { dice } = this;
    if (depth <= 0 || dice.oneIn(5)) return dice.below(100) < 40 ? this.literal() : this.place0();
    const e = (): string => this.expr(depth - 1);
    return dice.pick<() => string>([
      () => `(${e()} ${dice.pick(['+', '-', '*', '&', '|', '^'])} ${e()})`,
      () => `(${e()} ${dice.pick(['+', '-', '*', '&', '|', '^'])} ${e()})`,
      () => `(${e()} ${dice.pick(['<', '>', '<=', '>=', '==', '!='])} ${e()})`,
      () => `(${e()} ${dice.pick(['&&', '||'])} ${e()})`,
      () => `((${dice.pick(['u32', 'u64', 's64', 'unsigned int'])})${e()} ${dice.pick(['<<', '>>'])} (${e()} & 31))`,
      () => `(${e()} ${dice.pick(['/', '%'])} ((${e()} & 15) + 1))`,
      () => `(${dice.pick(['-', '~', '!', '+'])}(${e()}))`,
      () => `((${dice.pick(ints)})(${e()}))`,
      () => `(${e()} ? ${e()} : ${e()})`,
      () => `(${e()} ?: ${e()})`,
      () => `table[${this.index(5)}]`,
      () => `sum(t->bytes, ${this.index(9)})`,
      () => `deep((${e()}) & 7, ${e()})`,
      () => `apply(${dice.pick(['deep', 'NULL', '&deep'])}, 2, ${e()})`,
      () => `twin(t->pair, ${e()}).${dice.pick(['left', 'right'])}`,
      () => `((struct pair){ .right = ${e()}, .left = ${e()} }).${dice.pick(['left', 'right'])}`,
      () => `({ ${dice.pick(ints)} inner = ${e()}; inner ${dice.pick(['+', '^'])} 5; })`,
      () => `(${e()}, ${e()})`,
      () => `(int)(&t->words[${this.index(4)}] - t->words)`,
      () => `(memcmp(t->bytes, scratch, ${this.index(9)}) == 0)`,
      () => `strnlen(t->text, ${this.index(13)})`,
    ])();
  }

  /** A value: a place, read. */
  private place0(): string {
    if (this.dice.oneIn(10)) return '(u8)*((u8 *)t + offsetof(struct thing, bytes))';
    const place = this.place();
    // gcc computes with these in types of 37 and 20 bits, which nobody else has.
    return place === 't->wide' || place === 't->narrow' ? `((long)${place})` : place;
  }

  private statement(depth: number, tab: string): string[] {
    const { dice } = this;
    const inner = (): string[] => [...this.statement(depth - 1, `${tab}\t`), ...(dice.below(100) < 40 ? this.statement(depth - 1, `${tab}\t`) : [])];
    const flat: readonly [() => string[], ...(() => string[])[]] = [
      () => [`${tab}${this.place()} = ${this.expr(3)};`],
      () => [`${tab}${this.place()} = ${this.expr(3)};`],
      () => [`${tab}${this.place()} ${dice.pick(['+=', '-=', '*=', '&=', '|=', '^='])} ${this.expr(2)};`],
      () => [`${tab}${dice.pick(['t->e', 't->g', 'counter', 't->words[1]'])} ${dice.pick(['<<=', '>>='])} ${this.expr(1)} & 7;`],
      () => [`${tab}${dice.pick(['t->h', 't->f', 't->c', 't->b'])} ${dice.pick(['/=', '%='])} (${this.expr(1)} & 7) + 2;`],
      () => [`${tab}${this.place()}${dice.pick(['++', '--'])};`], () => [`${tab}${dice.pick(['++', '--'])}${this.place()};`],
      () => [`${tab}rc = ${dice.pick(['t->a++', '--t->d', 't->low++', '++t->most'])};`],
      () => [`${tab}spare = twin(spare, ${this.expr(2)});`], () => [`${tab}t->pairs[${this.index(3)}] = ${dice.pick(['spare', 't->pair', '(struct pair){ 3, 5, 4 }'])};`],
      () => [`${tab}at = &t->words[${this.index(4)}];`, `${tab}*at ${dice.pick(['=', '+='])} ${this.expr(2)};`, `${tab}bump(at, ${this.expr(1)});`],
      () => [`${tab}memcpy(scratch, t->bytes + ${this.index(4)}, ${this.index(5)});`], () => [`${tab}memset(t->grid[${this.index(3)}], ${this.expr(1)}, ${this.index(5)});`],
      () => [`${tab}memcpy(&t->pack.wide, &t->longs[${this.index(2)}], sizeof(t->pack.wide));`],
      () => [`${tab}t->e = remember(${this.expr(2)});`], () => [`${tab}strncpy(t->text, "state", ${this.index(12)});`],
      () => this.stream(tab), () => this.stream(tab), () => this.stream(tab),
    ];
    if (depth <= 0 || dice.below(100) < 55) return dice.pick(flat)();
    const i = `i${this.next++}`;
    return dice.pick<() => string[]>([
      () => [`${tab}if (${this.expr(2)}) {`, ...inner(), `${tab}} else {`, ...inner(), `${tab}}`],
      () => [`${tab}if (${this.expr(2)})`, `${tab}\t${this.place()} = ${this.expr(2)};`],
      () => [`${tab}for (int ${i} = 0; ${i} < ${dice.below(5)}; ${i}++) {`, ...(dice.below(100) < 30 ? [`${tab}\tif (${this.expr(1)}) ${dice.pick(['break', 'continue'])};`] : []), ...inner(), `${tab}}`],
      () => [`${tab}{ u8 ${i} = ${dice.below(6)}; while (${i}--) {`, ...inner(), `${tab}} }`],
      () => [`${tab}{ int ${i} = ${dice.below(4)}; do {`, ...inner(), `${tab}} while (--${i} > 0); }`],
      () => [
        `${tab}switch (${this.expr(2)} & 7) {`, `${tab}case 0:`, ...inner(), `${tab}case 1: case 2:`, ...inner(), `${tab}\tbreak;`,
        `${tab}case 3 ... 5:`, ...inner(), ...(dice.oneIn(2) ? [`${tab}\tbreak;`] : []), `${tab}default:`, ...inner(), `${tab}}`,
      ],
      () => {
        const label = `again${this.labels++}`;
        return [`${tab}{ int ${i} = 0;`, `${label}:`, ...inner(), `${tab}if (${i}++ < ${dice.below(3)}) goto ${label}; }`];
      },
      () => [`${tab}if (${this.expr(1)} == ${this.literal()}) {`, `${tab}\trc = ${dice.below(60)};`, `${tab}\tgoto out;`, `${tab}}`],
    ])();
  }

  private stream(tab: string): string[] {
    const { dice } = this;
    const what = dice.pick<() => readonly [string, string]>([
      () => ['&t->e', 'sizeof(t->e)'], () => ['t->bytes', this.index(9)], () => ['&t->pairs[1]', 'sizeof(struct pair)'], () => ['&t->pack', 'sizeof(t->pack)'],
      () => ['&spare.left', '2'], () => ['scratch + 3', this.index(6)], () => ['&t->h', '8'], () => ['t->text', this.index(12)], () => ['&counter', 'sizeof(counter)'],
    ])();
    if (this.saving) return dice.oneIn(2) ? [`${tab}rc = kstate_save_data(stream, ${what[0]}, ${what[1]});`] : [`${tab}if (kstate_save_data(stream, ${what[0]}, ${what[1]}))`, `${tab}\tgoto out;`];
    return dice.pick<() => string[]>([
      () => [`${tab}kstate_restore_data(stream, ${what[0]}, ${what[1]});`], () => [`${tab}${this.place()} = kstate_get_byte(stream);`], () => [`${tab}${this.place()} = kstate_get_ulong(stream);`],
      () => [`${tab}t->a = *(u8 *)stream->pos;`, `${tab}stream->pos += 1;`],
    ])();
  }
}

/** `static int NAME(struct kstate_stream *stream, void *object, const struct kstate_field *field)`. */
export function randomCallback(name: string, dice: Random, saving: boolean): string {
  return `static int ${name}(struct kstate_stream *stream, void *object, const struct kstate_field *field)\n{\n${new Writer(dice, saving).body()}\n}\n`;
}
