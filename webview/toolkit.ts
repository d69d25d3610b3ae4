/** The one place that registers components of the webview UI toolkit: controls only, and only those in use. */
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeProgressRing, vsCodeRadio, vsCodeRadioGroup } from '@vscode/webview-ui-toolkit';

export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing(), vsCodeRadio(), vsCodeRadioGroup());
}
