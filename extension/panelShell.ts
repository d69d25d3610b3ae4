/** The page around the webview's script: nothing but the policy, the style sheet and the script. */
import { randomBytes } from 'node:crypto';

/**
 * Hash of the empty string. The toolkit adds a style element without text and fills it through the CSSOM; this lets that
 * one in, and no other inline style.
 */
const emptyStyleHash = 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=';

export interface ShellParts {
  /** Webview.cspSource. */
  readonly cspSource: string;
  readonly scriptUri: string;
  readonly styleUri: string;
}

export function panelShell({ cspSource, scriptUri, styleUri }: ShellParts): string {
  const nonce = randomBytes(16).toString('hex');
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${cspSource} '${emptyStyleHash}'`;
  return [
    '<!DOCTYPE html>', '<html lang="en">', '<head>', '<meta charset="UTF-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<link rel="stylesheet" href="${styleUri}">`, '<title>Kexec Handover</title>', '</head>', '<body>',
    `<script type="module" nonce="${nonce}" src="${scriptUri}"></script>`, '</body>', '</html>',
  ].join('\n');
}
