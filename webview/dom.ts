/**
 * Builds elements. Data reaches the page only as text nodes and attribute values, never as HTML, and never as an inline
 * style attribute, which the content security policy refuses.
 */
export type Child = Node | string | undefined | false | readonly Child[];

export interface Props {
  readonly class?: string | undefined;
  readonly id?: string | undefined;
  readonly title?: string | undefined;
  /** Attributes; false and undefined leave the attribute out, true sets it empty. */
  readonly attrs?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  readonly data?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly onclick?: ((event: Event) => void) | undefined;
}

/** Tags of the toolkit's components (toolkit.ts registers them). */
type ToolkitTag = 'vscode-button' | 'vscode-progress-ring' | 'vscode-radio' | 'vscode-radio-group';

export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props?: Props, ...children: Child[]): HTMLElementTagNameMap[K];
export function h(tag: ToolkitTag, props?: Props, ...children: Child[]): HTMLElement;
export function h(tag: string, props: Props = {}, ...children: Child[]): HTMLElement {
  const element = document.createElement(tag);
  if (props.class !== undefined) element.className = props.class;
  if (props.id !== undefined) element.id = props.id;
  if (props.title !== undefined) element.title = props.title;
  for (const [name, value] of Object.entries(props.attrs ?? {})) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const [name, value] of Object.entries(props.data ?? {})) if (value !== undefined) element.dataset[name] = String(value);
  if (props.onclick !== undefined) element.addEventListener('click', props.onclick);
  append(element, children);
  return element;
}

export function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue;
    if (isList(child)) append(parent, child);
    else parent.append(child);
  }
}

function isList(child: Child): child is readonly Child[] {
  return Array.isArray(child);
}

/** Joins class names, leaving out what is false or undefined. */
export function cls(...names: readonly (string | false | undefined)[]): string {
  return names.filter((n) => n !== false && n !== undefined && n !== '').join(' ');
}
