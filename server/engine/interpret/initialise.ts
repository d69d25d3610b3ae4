/** Objects with an initialiser that run while the program does: locals, compound literals. */
import type { Init } from '../../c/api';
import type { Initializer } from '../../c/ast';
import { resolve } from '../../c/makeTypes';
import type { Tok } from '../../c/token';
import type { CType } from '../../c/types';
import { valueOf } from './evaluate';
import type { Machine } from './machine';
import { store } from './place';
import type { Place } from './place';
import { Stop } from './value';

/** Puts an object on the stack, and its initial value into it; `known`: where it was put the last time. */
export function placeInit(m: Machine, type: CType, init: Initializer | undefined, at: Tok, known?: bigint): Place {
  const value = init === undefined ? undefined : asInit(m, type, init);
  const full = resolve(value?.type ?? type);
  const size = m.sizeOf(full, at);
  const address = known ?? m.stack(size, at);
  if (value !== undefined) fill(m, address, value, at);
  return { address, type: full };
}

/** `struct x a = b;` and `int i = f();` are one expression, lists are resolved member by member. */
function asInit(m: Machine, type: CType, init: Initializer): Init {
  if (init.kind !== 'initList' && init.kind !== 'string' && resolve(type).kind !== 'array') return { kind: 'scalar', type, expr: init };
  return m.unit.resolveInit(type, init);
}

function fill(m: Machine, address: bigint, init: Init, at: Tok): void {
  const type = resolve(init.type);
  switch (init.kind) {
    case 'zero':
      m.write(address, new Uint8Array(m.sizeOf(type, at)), at);
      return;
    case 'scalar':
      store(m, { address, type }, valueOf(m, init.expr), init.expr.first);
      return;
    case 'string': {
      const bytes = new Uint8Array(m.sizeOf(type, at));
      bytes.set(init.literal.bytes.slice(0, bytes.length));
      m.write(address, bytes, at);
      return;
    }
    case 'record': {
      m.write(address, new Uint8Array(m.sizeOf(type, at)), at);
      const layout = m.unit.layout(init.record);
      if (!layout.known) throw new Stop(layout.why, at);
      for (const item of init.members) {
        const member = layout.value.members.find((one) => one.member === item.member);
        if (member === undefined) throw new Stop('a member is initialised that is not in the layout', item.first);
        const { bitOffset: offset, bitSize: width } = member;
        if (offset === undefined || width === undefined) fill(m, address + BigInt(member.offsetBytes), item.value, item.first);
        else if (item.value.kind === 'scalar') store(m, { address, type: resolve(member.member.type), bits: { offset, width } }, valueOf(m, item.value.expr), item.first);
      }
      return;
    }
    case 'array': {
      m.write(address, new Uint8Array(m.sizeOf(type, at)), at);
      for (const item of init.elements) fill(m, address + BigInt(item.index * m.sizeOf(item.value.type, at)), item.value, item.first);
      return;
    }
    case 'unknown':
      throw new Stop(init.why, init.at);
  }
}
