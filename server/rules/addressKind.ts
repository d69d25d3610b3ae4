import type { CType } from '../c/types';
import type { KstateField, KstateModel } from '../model/kstate';
import { KS_ADDRESS, KS_BASE_TYPE, KS_CUSTOM, KS_DEPRECATED, KS_POINTER, KS_STRUCT } from '../model/kstateFlags';
import { macroArg } from '../model/kstateMacros';
import { bare } from '../model/typeTools';
import { assignedFrom } from './assignments';
import { eachField, fieldName, fieldSource, finding, hasFlag, isEditable, samePlace } from './finding';
import type { Fix, Rule } from './rule';

const KS_VMEMMAP_ADDR = 0;
const KS_LINEAR_ADDR = 1;
const kinds = ['KS_VMEMMAP_ADDR', 'KS_LINEAR_ADDR'] as const;

/** Structs that lie over struct page in the memory map. */
const PAGE_STRUCTS: ReadonlySet<string> = new Set(['page', 'folio', 'slab', 'ptdesc', 'zpdesc', 'netmem_desc']);

export const addressKind: Rule = {
  code: 'kstate-address-kind',
  title: 'An address relocated by the wrong base',
  severity: 'error',
  facts: ['2.2', '3.2', 'KS37', 'KS38'],
  aboutLayout: true,
  check({ model }) {
    return eachField(model, (field, { variable }) => {
      // With one of these the address is never saved as such, and another rule says so.
      if (!hasFlag(field, KS_ADDRESS) || hasFlag(field, KS_DEPRECATED | KS_BASE_TYPE | KS_POINTER | KS_STRUCT | KS_CUSTOM) || !field.addrType.known) return [];
      const name = fieldName(field);
      const kind = field.addrType.value;
      if (kind !== KS_VMEMMAP_ADDR && kind !== KS_LINEAR_ADDR) {
        return [finding(this, field.addrType.range,
          `${name} of ${variable} has the kind of address ${kind}, which is neither KS_VMEMMAP_ADDR nor KS_LINEAR_ADDR: save logs a WARN_ON each time and hands on the plain address of the old kernel`)];
      }
      const needed = neededKind(field.member?.type) ?? kindAssigned(model, field);
      const left = field.macro === undefined && samePlace(field.addrType.range, field.range);
      if (needed === kind || (needed === undefined && !left)) return [];
      const pointee = field.member === undefined ? 'a pointer' : model.unit.spell(field.member.type);
      if (left) {
        const what = `${name} of ${variable} is KS_ADDRESS without addr_type, which means KS_VMEMMAP_ADDR`;
        return needed === undefined
          ? [finding(this, field.range, `${what}: unless ${name} points at a struct page or folio, the next kernel gets an address moved by the wrong base`, { severity: 'warning' })]
          : [finding(this, field.range, `${what}, but ${name} is ${pointee} and lies in the linear map: the next kernel gets an address moved by the wrong base`)];
      }
      const where = needed === KS_VMEMMAP_ADDR ? 'an entry of the memory map' : 'no entry of the memory map';
      return [finding(this, field.addrType.range,
        `${field.macro === undefined ? 'The entry' : fieldSource(field)} gives ${name} of ${variable} the kind ${kinds[kind]}, but ${pointee} points at ${where}: with KASLR the next kernel gets an address moved by the wrong base, ${kinds[needed ?? 0]} is meant`,
        { fixes: fix(field, needed) })];
    });

    function fix(field: KstateField, needed: 0 | 1 | undefined): readonly Fix[] {
      const arg = macroArg(field.macro, 'addressKind');
      const name = kinds[needed ?? 0];
      return arg === undefined || needed === undefined || !isEditable(model, arg) ? [] : [{ title: `Change to ${name}`, edits: [{ range: arg.range, newText: name }] }];
    }
  },
};

/** Functions that give out addresses of one of the two. */
const LINEAR: ReadonlySet<string> = new Set(['kmalloc', 'kzalloc', 'kcalloc', 'kmalloc_array', 'kmemdup', 'devm_kzalloc', 'devm_kmalloc', 'devm_kcalloc', '__get_free_page', '__get_free_pages',
  'get_zeroed_page', 'page_address', 'page_to_virt', 'phys_to_virt', 'folio_address', '__va']);
const VMEMMAP: ReadonlySet<string> = new Set(['alloc_page', 'alloc_pages', 'virt_to_page', 'pfn_to_page', 'phys_to_page', 'folio_page', 'folio_alloc', 'page_folio', 'virt_to_folio']);

/** Of a `void *`: where all the addresses come from that the file assigns to it. */
function kindAssigned(model: KstateModel, field: KstateField): 0 | 1 | undefined {
  const { member } = field;
  const name = /(\w+)$/.exec(member?.path ?? '')?.[1];
  const type = member === undefined ? undefined : bare(member.type);
  if (name === undefined || member === undefined || type?.kind !== 'pointer' || bare(type.to).kind !== 'void') return undefined;
  const from = assignedFrom(model, name, member.struct).filter((assignment) => !assignment.isNull);
  if (from.length === 0) return undefined;
  if (from.every(({ callee }) => callee !== undefined && LINEAR.has(callee))) return KS_LINEAR_ADDR;
  return from.every(({ callee }) => callee !== undefined && VMEMMAP.has(callee)) ? KS_VMEMMAP_ADDR : undefined;
}

/** undefined: the type does not tell. A `void *` and an integer may point anywhere, a record that is not defined here may lie over struct page. */
function neededKind(type: CType | undefined): 0 | 1 | undefined {
  let at = type === undefined ? undefined : bare(type);
  if (at?.kind === 'array') at = bare(at.of);
  if (at?.kind !== 'pointer') return undefined;
  const to = bare(at.to);
  if (to.kind === 'record') {
    if (to.record.tag !== undefined && PAGE_STRUCTS.has(to.record.tag)) return KS_VMEMMAP_ADDR;
    return to.record.members === undefined ? undefined : KS_LINEAR_ADDR;
  }
  return to.kind === 'int' || to.kind === 'float' || to.kind === 'enum' ? KS_LINEAR_ADDR : undefined;
}
