/**
 * Which options of the configuration, and which missing headers, the layout of a type rests on: the records it is made of, the typedefs
 * and array lengths of their members, and the text each is written in.
 */
import type { Assumption } from './api';
import type { Declarator, Expr } from './ast';
import { ConditionTree } from './conditionTree';
import { ConfigGraph, Reached } from './configGraph';
import type { SharedIndex, Stretch } from './configGraph';
import type { Preprocessed } from './preprocess';
import { writtenPlace } from './provenance';
import { Raw } from './rawTokens';
import type { FileRecord } from './sourceManager';
import type { SrcRange } from './source';
import type { Tok } from './token';
import type { CType, EnumDef, Record } from './types';

export class Assumptions {
  private made: ConfigGraph | undefined;
  private readonly inherited: SharedIndex | undefined;
  private readonly answers = new WeakMap<object, readonly Assumption[]>();

  constructor(private readonly pp: Preprocessed, private readonly lookup: (name: string) => Declarator | undefined, previous: Assumptions | undefined) {
    this.inherited = previous?.index;
  }

  /** What the next unit takes over. */
  private get index(): SharedIndex | undefined {
    return this.made?.shared ?? this.inherited;
  }

  private get graph(): ConfigGraph {
    return (this.made ??= new ConfigGraph(this.pp, this.inherited));
  }

  /** The configuration is known, and no header is missing: nothing rests on anything. */
  private get certain(): boolean {
    return this.pp.options.configKnown === true && this.pp.includes.every(({ resolved }) => resolved !== undefined);
  }

  /** Of a type as a whole. */
  ofType(type: CType): readonly Assumption[] {
    return this.answer((walk) => {
      walk.type(type, false);
    });
  }

  /** Of definitions of the tag that stand in files of the unit, in force or not. */
  ofTag(tag: string): readonly Assumption[] {
    return this.answer((walk) => {
      for (const { file, token } of this.graph.definitionsOf(tag)) this.graph.reachPlace(file, ConditionTree.of(file.buffer).groupAtToken(token), walk.reached);
    });
  }

  /** Of a constant. */
  ofExpr(expr: Expr): readonly Assumption[] {
    return this.answer((walk) => {
      walk.written(expr.first, expr.last);
      walk.expression(expr);
    });
  }

  /** Of a record. */
  ofRecord(record: Record): readonly Assumption[] {
    if (this.certain) return [];
    // A record of the headers keeps its answer as long as they are the same.
    const answers = record.at.file === 0 ? this.answers : this.graph.shared.answers;
    const known = answers.get(record);
    if (known !== undefined) return known;
    const made = this.answer((walk) => {
      walk.record(record);
    });
    answers.set(record, made);
    return made;
  }

  /** Of the text of a range as far as conditionals around it decide that it is there. */
  ofPlace(range: SrcRange): readonly Assumption[] {
    return this.answer((walk) => {
      const file = this.graph.fileAt(range.path);
      if (file === undefined) return;
      const tree = ConditionTree.of(file.buffer);
      this.graph.reachPlace(file, tree.groupAfter(tree.directiveAt(range.start)), walk.reached);
    });
  }

  private answer(work: (walk: TypeWalk) => void): readonly Assumption[] {
    if (this.certain) return [];
    const walk = new TypeWalk(this.graph, this.lookup);
    work(walk);
    const { options, undefinedName, standIn } = walk.reached;
    const result: Assumption[] = (this.pp.options.configKnown === true ? [] : [...options]).map(([name, met]) => ({ what: `${name}=${this.valueOf(name)}`, range: placeOf(met.file, met.token) }));
    result.sort((a, b) => (a.what < b.what ? -1 : 1));
    if (standIn !== undefined) result.push({ what: 'a type of ours for one of a kernel tree', range: placeOf(standIn.file, standIn.token) });
    if (undefinedName !== undefined) {
      const seen = new Set<string>();
      for (const { spelled, resolved, range } of this.pp.includes) {
        if (resolved !== undefined || seen.has(spelled)) continue;
        seen.add(spelled);
        result.push({ what: `nothing of ${spelled}, which is missing`, range });
      }
    }
    return result;
  }

  /** As .config has it: y, m, n, or the value. */
  private valueOf(name: string): string {
    const macro = this.pp.macro(name);
    if (macro === undefined) return this.pp.macro(`${name}_MODULE`) === undefined ? 'n' : 'm';
    const text = macro.body.map((tok) => tok.text).join('');
    return text === '1' ? 'y' : text;
  }
}

function placeOf(file: FileRecord, token: number): SrcRange {
  return { path: file.path, start: file.buffer.starts[token] ?? 0, end: file.buffer.ends[token] ?? 0 };
}

/** Enumerators beyond `int` make the enum larger. */
const INT_MAX = 0x7fffffffn;

class TypeWalk {
  readonly reached = new Reached();
  private readonly seen = new Set<object>();

  constructor(private readonly graph: ConfigGraph, private readonly lookup: (name: string) => Declarator | undefined) {}

  /** `through`: what a pointer points to counts, too, for an expression may look there. */
  type(type: CType, through: boolean): void {
    for (const { args } of type.attributes ?? []) for (const arg of args) this.expression(arg);
    switch (type.kind) {
      case 'array':
        this.type(type.of, through);
        if (type.lengthExpr !== undefined) this.expression(type.lengthExpr);
        break;
      case 'typedef':
        if (!this.once(type.declared)) break;
        this.declarator(type.declared);
        this.type(type.target, through);
        break;
      case 'record': this.record(type.record); break;
      case 'enum':
        if (type.enum.attributes.length > 0 || (type.enum.enumerators ?? []).some(({ value }) => value !== undefined && (value > INT_MAX || value < -INT_MAX))) this.enumeration(type.enum);
        break;
      case 'vector': this.type(type.of, through); break;
      case 'pointer': if (through) this.type(type.to, true); break;
      default: break;
    }
  }

  record(record: Record): void {
    if (!this.once(record)) return;
    const { members } = record;
    if (members === undefined) return;
    this.braced(record.at);
    for (const { args } of record.attributes) for (const arg of args) this.expression(arg);
    for (const member of members) {
      this.type(member.type, false);
      if (member.bitWidthExpr !== undefined) this.expression(member.bitWidthExpr);
      for (const { args } of member.attributes) for (const arg of args) this.expression(arg);
    }
  }

  private enumeration(definition: EnumDef): void {
    if (!this.once(definition) || definition.enumerators === undefined) return;
    this.braced(definition.at);
    for (const { init } of definition.enumerators) if (init !== undefined && init.kind !== 'initList') this.expression(init);
  }

  /** Names, types and sizes that an expression speaks of. */
  expression(expr: Expr): void {
    if (!this.once(expr)) return;
    if (expr.kind === 'ident') {
      const declared = expr.local ?? this.lookup(expr.name);
      if (declared === undefined) return;
      if (declared.kind === 'enumerator') {
        if (declared.type.kind === 'enum') this.enumeration(declared.type.enum);
      } else this.type(declared.type, true);
      return;
    }
    this.parts(Object.values(expr), 0);
  }

  private parts(values: readonly unknown[], depth: number): void {
    if (depth > 8) return;
    for (const value of values) {
      if (Array.isArray(value)) this.parts(value, depth + 1);
      else if (typeof value !== 'object' || value === null) continue;
      else if ('quals' in value) this.type(value as CType, true); // only types have qualifiers
      else if ('first' in value && 'kind' in value && typeof value.kind === 'string') this.expression(value as Expr); // nodes inside an expression
      else if ('value' in value || 'index' in value) this.parts(Object.values(value), depth + 1);
    }
  }

  private once(thing: object): boolean {
    if (this.seen.has(thing)) return false;
    this.seen.add(thing);
    return true;
  }

  // ---- text ----

  private declarator(declared: Declarator): void {
    this.written(declared.first, declared.last);
  }

  /** The text from one token to another, as a person wrote it. */
  written(from: Tok, to: Tok): void {
    const first = writtenPlace(from);
    const last = writtenPlace(to);
    const file = this.graph.fileOf(first.file);
    if (file === undefined) return;
    const end = last.file === first.file ? Math.max(last.end, first.end) : first.end;
    this.reach(tokensOf(file, first.start, end));
  }

  /** From the tag of a definition to the `;` after its closing brace. */
  private braced(at: Tok): void {
    const start = writtenPlace(at);
    const file = this.graph.fileOf(start.file);
    const found = this.graph.chunkAt(start.file, start.start);
    if (file === undefined || found === undefined) return;
    const { chunk } = found;
    const { from } = tokensOf(file, start.start, start.end);
    let depth = 0;
    let opened = false;
    let to = from + 1;
    walk: for (let r = found.at; r < chunk.ranges.length; r++) {
      const range = chunk.ranges[r];
      if (range === undefined || range.file !== start.file) {
        // The definition goes on in another file; that part is judged by itself.
        if (range !== undefined) this.reach({ file: this.graph.fileOf(range.file) ?? file, from: range.from, to: range.to });
        continue;
      }
      for (let i = Math.max(range.from, from); i < range.to; i++) {
        const kind = range.buffer.kind(i);
        to = i + 1;
        if (kind === Raw.LBrace) {
          depth++;
          opened = true;
        } else if (kind === Raw.RBrace) depth--;
        else if (kind === Raw.Semi && depth === 0) break walk;
        if (depth < 0 || (opened && depth === 0 && kind === Raw.Eq)) break walk;
      }
    }
    this.reach({ file, from, to });
  }

  private reach(stretch: Stretch): void {
    this.graph.reachText(stretch, this.reached);
  }
}

function tokensOf(file: FileRecord, start: number, end: number): Stretch {
  const { starts, count } = file.buffer;
  const from = firstNotBefore(starts, count, start);
  return { file, from, to: Math.max(from + 1, firstNotBefore(starts, count, end)) };
}

function firstNotBefore(starts: Int32Array, count: number, offset: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
