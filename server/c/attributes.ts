/** What attributes mean for types and layout; one table says which ones are harmless. gcc manual, "Attribute Syntax" and the lists after it. */
import type { Attribute } from './ast';
import { evaluate } from './constant';
import { intNameOf } from './conversions';
import { arrayOf, intType, unknownType } from './makeTypes';
import { unknown } from './sema';
import type { Sema } from './sema';
import { intOfSize } from './targets';
import type { CType, Known } from './types';
import { sizeOf } from './layout';

/** Attributes that may stand on a record, member, typedef or enum and leave its layout as it is. */
const harmless: ReadonlySet<string> = new Set([
  'unused', 'used', 'deprecated', 'unavailable', 'may_alias', 'designated_init', 'transparent_union', 'gcc_struct', 'visibility', 'warn_if_not_aligned',
  // Without the plugin gcc ignores these two.
  'randomize_layout', 'no_randomize_layout',
  'counted_by', 'counted_by_ptr', 'sized_by', 'element_count', 'nonstring', 'cleanup', 'section', 'alloc_size', 'access', 'malloc', 'nonnull', 'returns_nonnull', 'format',
  'format_arg', 'noreturn', 'const', 'pure', 'warn_unused_result', 'copy', 'objc_root_class', 'preserve_access_index', 'btf_type_tag', 'btf_decl_tag', 'address_space',
  'noderef', 'force', 'bitwise', 'safe', 'nocast', 'context', 'tls_model', 'weak', 'alias', 'common', 'nocommon', 'noinit', 'persistent', 'retain', 'flag_enum',
  'enum_extensibility', 'externally_visible', 'aligned', '_Alignas', 'packed', 'mode', 'vector_size', 'cdecl', 'stdcall', 'fastcall', 'regparm', 'ms_abi', 'sysv_abi',
  'error', 'warning', 'cold', 'hot', 'noinline', 'always_inline', 'gnu_inline', 'no_instrument_function', 'strict_flex_array', 'uninitialized', 'abi_tag', 'no_reorder',
  'fallthrough', 'assume_aligned', 'alloc_align', 'fd_arg', 'null_terminated_string_arg', 'artificial', 'flatten', 'leaf', 'nothrow', 'target', 'optimize', 'signal',
  'no_stack_protector', 'no_sanitize', 'no_profile_instrument_function', 'nocf_check', 'indirect_branch', 'zero_call_used_regs', 'simd',
]);

/** An attribute that changes layout in a way not modelled, or one that is not known at all. */
export function layoutUnknown(attributes: readonly Attribute[]): { readonly why: string; readonly attribute: Attribute } | undefined {
  for (const attribute of attributes) {
    if (harmless.has(attribute.name)) continue;
    return { why: `attribute '${attribute.name}' may change the layout and is not modelled`, attribute };
  }
  return undefined;
}

export function has(attributes: readonly Attribute[], name: string): boolean {
  return attributes.some((a) => a.name === name);
}

/**
 * What `aligned` among them asks for, in bytes; undefined when there is none. Several on an object or member: the strictest counts;
 * on a type (`last`): the one written last, as gcc's common_handle_aligned_attribute has it. `_Alignas(0)` has no effect (C11 6.7.5p6).
 */
export function alignedBytes(sema: Sema, attributes: readonly Attribute[], last = false): Known<number | undefined> {
  let strictest: number | undefined;
  for (const attribute of attributes) {
    if (attribute.name !== 'aligned' && attribute.name !== '_Alignas') continue;
    const [arg] = attribute.args;
    let bytes: number;
    if (arg === undefined) bytes = sema.target.biggestAlignBytes;
    else {
      const value = evaluate(sema, arg);
      if (value.kind === 'unknown') return unknown(`alignment: ${value.why}`, value.at);
      if (value.kind !== 'int') return unknown('the alignment is not an integer constant', arg.first);
      bytes = Number(value.value);
      if (bytes === 0 && attribute.name === '_Alignas') continue;
      if (bytes < 1 || (bytes & (bytes - 1)) !== 0 || bytes > 0x10000000) return unknown('does not compile: the alignment is not a power of two', arg.first);
    }
    strictest = last ? bytes : Math.max(strictest ?? 0, bytes);
  }
  return { known: true, value: strictest };
}

const modeBytes: ReadonlyMap<string, number> = new Map([['QI', 1], ['byte', 1], ['HI', 2], ['SI', 4], ['DI', 8], ['TI', 16]]);
const floatModes: ReadonlyMap<string, string> = new Map([['HF', '_Float16'], ['SF', 'float'], ['DF', 'double'], ['XF', 'long double'], ['TF', '_Float128']]);

/** `mode` and `vector_size` make another type of the declared one. They reach the innermost element (gcc: reconstruct_complex_type). */
export function typeAttributes(sema: Sema, type: CType, attributes: readonly Attribute[]): CType {
  let made = type;
  for (const attribute of attributes) {
    if (attribute.name === 'mode') made = inner(made, (t) => withMode(sema, t, attribute));
    else if (attribute.name === 'vector_size') made = inner(made, (t) => vectorOf(sema, t, attribute));
  }
  return made;
}

function inner(type: CType, change: (t: CType) => CType): CType {
  switch (type.kind) {
    case 'array': return arrayOf(inner(type.of, change), () => type.length, type.lengthExpr);
    case 'pointer': return { ...type, to: inner(type.to, change) };
    case 'function': return { ...type, returns: inner(type.returns, change) };
    default: return change(type);
  }
}

function withMode(sema: Sema, type: CType, attribute: Attribute): CType {
  const [arg] = attribute.args;
  const name = arg?.kind === 'ident' ? arg.name.replace(/^__(.*)__$/, '$1') : '';
  const float = floatModes.get(name);
  if (float !== undefined) return { kind: 'float', name: float, quals: type.quals };
  const size = name === 'word' || name === 'pointer' || name === 'unwind_word' ? sema.target.pointerBytes : modeBytes.get(name);
  const from = intNameOf(sema, type);
  const to = size === undefined || from === undefined ? undefined : intOfSize(sema.target, size, sema.signed(from));
  return to === undefined ? unknownType(`mode '${name}' is not modelled`, attribute.first) : { ...intType(to), quals: type.quals };
}

function vectorOf(sema: Sema, type: CType, attribute: Attribute): CType {
  const [arg] = attribute.args;
  const value = arg === undefined ? undefined : evaluate(sema, arg);
  if (value?.kind !== 'int') return unknownType('the size of the vector is not known', attribute.first);
  const sizeBytes = Number(value.value);
  const element = sizeOf(sema, type);
  if (!element.known) return unknownType(element.why, element.at);
  if (sizeBytes < element.value || element.value === 0 || sizeBytes % element.value !== 0) return unknownType('does not compile: vector size not a multiple of its element', attribute.first);
  return { kind: 'vector', of: type, sizeBytes, quals: type.quals };
}

/** `aligned` where the attribute belongs to a type rather than to a declaration. */
export function typeLevelAttributes(type: CType, attributes: readonly Attribute[]): CType {
  const own = attributes.filter((a) => a.name === 'aligned');
  return own.length === 0 ? type : { ...type, attributes: [...type.attributes ?? [], ...own] };
}
