/** Gives every owner colour the text colour that reads on it, again whenever the theme changes. */
import { inkOn } from './model/ink';
import { colourNames } from './model/keys';

export function followTheme(): void {
  const apply = (): void => {
    const root = document.documentElement;
    const style = getComputedStyle(document.body);
    colourNames.forEach((_, i) => {
      root.style.setProperty(`--ink${i + 1}`, inkOn(style.getPropertyValue(`--kx${i + 1}`)));
    });
  };
  new MutationObserver(apply).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  apply();
}
