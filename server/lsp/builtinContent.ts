/** The built-in headers as read-only documents (`workspace/textDocumentContent`), so that going to a definition in them shows it. */
import type { CFile } from '../c/api';
import type { Context } from './context';

export const BUILTIN_SCHEME = 'kexec-handover';

const MAX_TEXTS = 200;

export class BuiltinContent {
  private readonly texts = new Map<string, string>();

  /** The URI under which the client can ask for the file from now on. */
  offer(file: CFile): string {
    const uri = `${BUILTIN_SCHEME}:/builtin/${file.path.replace(/^[^A-Za-z]*/, '').split('/').map(encodeURIComponent).join('/')}`;
    this.texts.set(uri, file.text);
    if (this.texts.size > MAX_TEXTS) this.texts.delete(this.texts.keys().next().value ?? '');
    return uri;
  }

  text(uri: string): string | undefined {
    return this.texts.get(uri);
  }
}

/** undefined: the client cannot ask for such documents. */
export function builtinUri(context: Context, file: CFile): string | undefined {
  return context.capabilities.workspace?.textDocumentContent === undefined ? undefined : context.builtins.offer(file);
}

export function serveBuiltinContent(context: Context): void {
  context.connection.workspace.textDocumentContent.on((params) => {
    const text = context.builtins.text(params.uri);
    return text === undefined ? null : { text };
  });
}
