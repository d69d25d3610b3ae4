/** Structs, unions and enums while they are being put together: one object per tag and scope, completed in place. */
import type { Attribute, Declarator } from './ast';
import { TokKind } from './token';
import type { Tok } from './token';
import type { CType, EnumDef, Record, RecordMember } from './types';

/**
 * A record whose definition is looked for when its members are first asked for. `seek` parses what may define the tag, and so ends
 * in `define`; it says whether that was the last word, else it is asked again another time.
 */
export class RecordDef implements Record {
  private own: readonly RecordMember[] | undefined;
  private ownAttributes: readonly Attribute[] = [];
  private ownPack = 0;
  private where: Tok;
  private seek: (() => boolean) | undefined;
  private by: object | undefined;

  constructor(readonly tag: string | undefined, readonly union: boolean, at: Tok, private readonly home?: () => boolean) {
    this.where = at;
    this.seek = home;
  }

  private complete(): void {
    const { seek } = this;
    if (seek === undefined) return;
    this.seek = undefined;
    if (!seek() && this.own === undefined) this.seek = seek;
  }

  get members(): readonly RecordMember[] | undefined {
    if (this.own === undefined) this.complete();
    return this.own;
  }

  get attributes(): readonly Attribute[] {
    if (this.own === undefined) this.complete();
    return this.ownAttributes;
  }

  get pragmaPackBytes(): number {
    if (this.own === undefined) this.complete();
    return this.ownPack;
  }

  get at(): Tok {
    if (this.own === undefined) this.complete();
    return this.where;
  }

  /** True once the members are known; never looks for them. */
  get defined(): boolean {
    return this.own !== undefined;
  }

  /** A place where the tag is written, when none is known yet. */
  mention(at: Tok): void {
    if (this.where.kind === TokKind.End) this.where = at;
  }

  /** Looks elsewhere when the members are asked for. */
  seekAlso(seek: () => boolean): void {
    if (this.own === undefined) this.seek = seek;
  }

  /** Forgets what `by` has said: its text has been replaced. False when somebody else has defined the tag, which stays. */
  forget(by: object): boolean {
    if (this.own !== undefined && this.by !== by) return false;
    this.own = undefined;
    this.ownAttributes = [];
    this.seek = this.home;
    return true;
  }

  /** The first definition stays: a second one is an error in C. `by` is whose text it stands in. */
  define(members: readonly RecordMember[], attributes: readonly Attribute[], pragmaPackBytes: number, at: Tok, by: object): void {
    if (this.own !== undefined) return;
    this.by = by;
    this.own = members;
    this.ownAttributes = attributes;
    this.ownPack = pragmaPackBytes;
    this.where = at;
    this.seek = undefined;
  }
}

export class EnumBuild implements EnumDef {
  private own: readonly Declarator[] | undefined;
  private ownAttributes: readonly Attribute[] = [];
  private ownUnderlying: CType | undefined;
  private where: Tok;
  private seek: (() => boolean) | undefined;
  private by: object | undefined;

  constructor(readonly tag: string | undefined, at: Tok, private readonly home?: () => boolean) {
    this.where = at;
    this.seek = home;
  }

  private complete(): void {
    const { seek } = this;
    if (seek === undefined) return;
    this.seek = undefined;
    if (!seek() && this.own === undefined) this.seek = seek;
  }

  get enumerators(): readonly Declarator[] | undefined {
    if (this.own === undefined) this.complete();
    return this.own;
  }

  get attributes(): readonly Attribute[] {
    if (this.own === undefined) this.complete();
    return this.ownAttributes;
  }

  get underlying(): CType | undefined {
    if (this.own === undefined) this.complete();
    return this.ownUnderlying;
  }

  get at(): Tok {
    if (this.own === undefined) this.complete();
    return this.where;
  }

  get defined(): boolean {
    return this.own !== undefined;
  }

  /** A place where the tag is written, when none is known yet. */
  mention(at: Tok): void {
    if (this.where.kind === TokKind.End) this.where = at;
  }

  /** Looks elsewhere when the enumerators are asked for. */
  seekAlso(seek: () => boolean): void {
    if (this.own === undefined) this.seek = seek;
  }

  /** Forgets what `by` has said: its text has been replaced. False when somebody else has defined the tag, which stays. */
  forget(by: object): boolean {
    if (this.own !== undefined && this.by !== by) return false;
    this.own = undefined;
    this.ownAttributes = [];
    this.seek = this.home;
    return true;
  }

  define(enumerators: readonly Declarator[], attributes: readonly Attribute[], underlying: CType | undefined, at: Tok, by: object): void {
    if (this.own !== undefined) return;
    this.by = by;
    this.own = enumerators;
    this.ownAttributes = attributes;
    this.ownUnderlying = underlying;
    this.where = at;
    this.seek = undefined;
  }

  /** `enum x : u8` also without a body (C23). */
  setUnderlying(type: CType): void {
    this.ownUnderlying = type;
  }
}
