/** Structs, unions and enums while they are being put together: one object per tag and scope, completed in place. */
import type { Attribute, Declarator } from './ast';
import type { Tok } from './token';
import type { CType, EnumDef, Record, RecordMember } from './types';

/**
 * A record whose definition is looked for when its members are first asked for. `seek` is called at most once; it parses what may
 * define the tag and so ends in `define`.
 */
export class RecordDef implements Record {
  private own: readonly RecordMember[] | undefined;
  private ownAttributes: readonly Attribute[] = [];
  private ownPack = 0;
  private where: Tok;
  private seek: (() => void) | undefined;

  constructor(readonly tag: string | undefined, readonly union: boolean, at: Tok, seek?: () => void) {
    this.where = at;
    this.seek = seek;
  }

  private complete(): void {
    const { seek } = this;
    if (seek === undefined) return;
    this.seek = undefined;
    seek();
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

  /** As `defined`, after looking where the tag was first mentioned. */
  get known(): boolean {
    if (this.own === undefined) this.complete();
    return this.own !== undefined;
  }

  /** Looks elsewhere too when the members are asked for. */
  seekAlso(seek: () => void): void {
    if (this.own === undefined) this.seek = seek;
  }

  /** Forgets a definition that came from a text that has been replaced. */
  forget(): void {
    this.own = undefined;
    this.ownAttributes = [];
    this.seek = undefined;
  }

  /** The first definition stays: a second one is an error in C. */
  define(members: readonly RecordMember[], attributes: readonly Attribute[], pragmaPackBytes: number, at: Tok): void {
    if (this.own !== undefined) return;
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
  private seek: (() => void) | undefined;

  constructor(readonly tag: string | undefined, at: Tok, seek?: () => void) {
    this.where = at;
    this.seek = seek;
  }

  private complete(): void {
    const { seek } = this;
    if (seek === undefined) return;
    this.seek = undefined;
    seek();
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

  define(enumerators: readonly Declarator[], attributes: readonly Attribute[], underlying: CType | undefined, at: Tok): void {
    if (this.own !== undefined) return;
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
