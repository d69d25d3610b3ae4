/**
 * Which colour a member number takes. There are seven owner colours and colours are never cycled: members from 7 on
 * share the neutral one in two strengths, so that neighbours stay apart, and their number tells them from each other.
 */
export const colourNames = ['khoCore', 'session2', 'drivers', 'reserveMem', 'luo', 'session1', 'tracker'] as const;

/** CSS class of a member's colour: `k1`…`k7`; those that share are `soft`, every second of them also `alt`. `plain`: does not travel. */
export function keyClass(key: number | undefined): string {
  if (key === undefined || key < 1) return 'plain';
  if (key < colourNames.length) return `k${key}`;
  if (key === colourNames.length) return 'k7';
  return key % 2 === 0 ? 'k7 soft alt' : 'k7 soft';
}
