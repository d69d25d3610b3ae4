/** A decoded file for people: the structures as a tree, owners, totals, findings. */
import { hex } from '../formats/problem';
import type { Decoded } from './decodeFile';
import type { Structure } from './structure';

/** Structures below one that are listed; more are counted. */
const MOST_LISTED = 40;

export function decodedText(decoded: Decoded): string {
  const lines: string[] = [];
  tree(decoded.structure, '', lines);
  const { image, findings } = decoded;
  const handover = image?.handover;
  if (handover !== undefined) {
    const rows = handover.blocks.ownerTable();
    const width = Math.max(5, ...rows.map((row) => row.owner.length));
    lines.push('', `${'owner'.padEnd(width)}  order  blocks`, ...rows.map((row) => `${row.owner.padEnd(width)}  ${String(row.order).padStart(5)}  ${String(row.blocks).padStart(6)}`));
    let pages = 0;
    for (const [order, count] of handover.blocks.countByOrder()) pages += count * 2 ** order;
    lines.push('', `${String(handover.blocks.count)} preserved blocks, ${String(pages)} pages of ${String(2 ** handover.machine.pageShift)} bytes; ${String(handover.blocks.unownedCount().count)} blocks without an owner`);
  }
  for (const root of (image?.roots ?? []).length > 1 ? image?.roots ?? [] : []) lines.push(`root at ${hex(root.phys)}: ${root.compatible}${root.namedBy === undefined ? '' : `, named by ${root.namedBy}`}${root.dead ? ', dead' : ''}`);
  lines.push('', findings.length === 0 ? 'no findings' : `${String(findings.length)} findings`, ...findings.map((finding) => `${finding.kind}: ${finding.message}`), '');
  return lines.join('\n');
}

function tree(one: Structure, indent: string, lines: string[]): void {
  const place = one.phys === undefined ? '' : `  ${hex(one.phys)} +${String(one.sizeBytes)}`;
  lines.push(`${indent}${one.label}${place}${one.detail === '' ? '' : `  (${one.detail})`}`);
  for (const child of one.children.slice(0, MOST_LISTED)) tree(child, `${indent}  `, lines);
  if (one.children.length > MOST_LISTED) lines.push(`${indent}  … ${String(one.children.length - MOST_LISTED)} more`);
}
