/** What an independent walk found in a real image, with exact integers. */
import type { Json } from '../../../../server/decode/exactJson';
import { truthOf } from '../../../golden/decode/images';

export class ExactJson {
  constructor(private readonly value: unknown, private readonly path = '') {}

  at(...keys: readonly string[]): ExactJson {
    return keys.reduce<ExactJson>((from, key) => new ExactJson(from.object()[key], `${from.path}.${key}`), this);
  }

  has(key: string): boolean {
    return key in this.object();
  }

  private object(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== 'object' || this.value === null) throw new Error(`${this.path} is no object`);
    return this.value as Readonly<Record<string, unknown>>;
  }

  list(): readonly ExactJson[] {
    if (!Array.isArray(this.value)) throw new Error(`${this.path} is no list`);
    return this.value.map((one: unknown, i) => new ExactJson(one, `${this.path}[${String(i)}]`));
  }

  text(): string {
    if (typeof this.value !== 'string') throw new Error(`${this.path} is no string`);
    return this.value;
  }

  number(): bigint {
    if (typeof this.value === 'bigint') return this.value;
    if (typeof this.value !== 'number') throw new Error(`${this.path} is no number`);
    return BigInt(this.value);
  }

  numbers(): Readonly<Record<string, bigint>> {
    return Object.fromEntries(Object.keys(this.object()).map((key) => [key, this.at(key).number()]));
  }
}

export function truth(image: '6.19' | '7.1.5'): ExactJson {
  const value: Json = truthOf(image);
  return new ExactJson(value);
}
