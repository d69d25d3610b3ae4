/** Line icons on a 16 px grid, as SVG path data. */
export const iconPaths = {
  kept: 'M3 8.5 6.5 12 13 4.5',
  lost: 'M4 4l8 8M12 4l-8 8',
  corrupted: 'M3 6h10M3 10h10M11 2.5 5 13.5',
  refused: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM3.8 3.8l8.4 8.4',
  crashed: 'M9.5 1.5 3.5 9H8l-1.5 5.5 6-7.5H8Z',
  warning: 'M8 2.5 14.5 13.5h-13ZM8 7v3M8 12v.1',
  info: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2ZM8 7v4M8 5v.1',
  none: 'M4 8h8',
  unfold: 'M4 6l4-4 4 4M4 10l4 4 4-4',
} as const;

export type IconName = keyof typeof iconPaths;
