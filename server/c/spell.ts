/** Types as C writes them: `char[10]`, `struct folio *`, `int (*)(void)`; typedef names are kept. */
import type { CType, Quals } from './types';

const MAX_DEPTH = 100;

function qualWords(q: Quals): string {
  return `${q.const ? 'const ' : ''}${q.volatile ? 'volatile ' : ''}${q.atomic ? '_Atomic ' : ''}`;
}

/** `name`: the declarator inside, '' for a type name. */
export function spell(type: CType, name = '', depth = 0): string {
  if (depth > MAX_DEPTH) return '…';
  switch (type.kind) {
    case 'pointer': {
      const quals = `${qualWords(type.quals)}${type.quals.restrict ? 'restrict ' : ''}`.trimEnd();
      const inner = `*${quals}${quals !== '' && name !== '' ? ' ' : ''}${name}`;
      const { to } = type;
      return spell(to, to.kind === 'array' || to.kind === 'function' ? `(${inner})` : inner, depth + 1);
    }
    case 'array': return spell(type.of, `${name}[${type.length ?? ''}]`, depth + 1);
    case 'function': {
      const params = type.params.map((p) => spell(p.type, '', depth + 1));
      if (type.variadic && params.length > 0) params.push('...');
      const list = params.length > 0 ? params.join(', ') : type.oldStyle ? '' : 'void';
      return spell(type.returns, `${name}(${list})`, depth + 1);
    }
    default: return join(qualWords(type.quals) + base(type), name);
  }
}

/** No blank before the brackets of an array or the parameters of a function without a name: `char[10]`. */
function join(words: string, name: string): string {
  if (name === '') return words;
  return name.startsWith('[') ? words + name : `${words} ${name}`;
}

function base(type: CType): string {
  switch (type.kind) {
    case 'void': return 'void';
    case 'int': case 'float': case 'typedef': return type.name;
    case 'record': return `${type.record.union ? 'union' : 'struct'} ${type.record.tag ?? '{...}'}`;
    case 'enum': return `enum ${type.enum.tag ?? '{...}'}`;
    case 'vector': return `${spell(type.of)} __attribute__((vector_size(${type.sizeBytes})))`;
    case 'unknown': return '<unknown>';
    default: return '';
  }
}
