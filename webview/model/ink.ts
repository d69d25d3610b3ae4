/** Which text colour reads better on a background. */

/** [red, green, blue] in 0..255 of `#rgb`, `#rrggbb`, `#rrggbbaa` or `rgb(…)`; undefined when it is none of them. */
export function parseColour(text: string): readonly [number, number, number] | undefined {
  const css = text.trim().toLowerCase();
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])[0-9a-f]?$/.exec(css);
  if (short) return triple(short, (d) => parseInt(d + d, 16));
  const long = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})(?:[0-9a-f]{2})?$/.exec(css);
  if (long) return triple(long, (d) => parseInt(d, 16));
  const rgb = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(css);
  return rgb ? triple(rgb, Number) : undefined;
}

function triple(match: RegExpExecArray, read: (digits: string) => number): readonly [number, number, number] {
  return [read(match[1] ?? '0'), read(match[2] ?? '0'), read(match[3] ?? '0')];
}

/** Relative luminance (WCAG 2.2), 0 black to 1 white. */
export function luminance([r, g, b]: readonly [number, number, number]): number {
  const linear = (channel: number): number => {
    const v = channel / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

/** Black or white, whichever has the higher contrast ratio to `background`; white when the colour cannot be read. */
export function inkOn(background: string): '#000000' | '#ffffff' {
  const rgb = parseColour(background);
  if (rgb === undefined) return '#ffffff';
  const y = luminance(rgb);
  return (y + 0.05) / 0.05 > 1.05 / (y + 0.05) ? '#000000' : '#ffffff';
}
