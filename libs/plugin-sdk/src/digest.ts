import { createHash } from 'node:crypto';
import { isDate } from 'node:util/types';

const maxNodes = 2_000;
const maxDepth = 12;
const maxShape = 300;
const propertyName = /^[A-Za-z@_$][\w:@.-]{0,39}$/;

interface Walk {
  nodes: number;
  readonly write: (piece: string) => void;
}

const hashInto = (walk: Walk, value: unknown, depth: number): void => {
  walk.nodes += 1;
  if (walk.nodes > maxNodes || depth > maxDepth) return walk.write('…');
  if (typeof value !== 'object' || value === null) return walk.write(`${typeof value}:${String(value)};`);
  if (isDate(value)) return walk.write(`date:${value.getTime()};`);
  walk.write(Array.isArray(value) ? '[' : '{');
  for (const key of Object.keys(value).slice(0, maxNodes)) {
    walk.write(`${key}=`);
    hashInto(walk, (value as Record<string, unknown>)[key], depth + 1);
  }
  walk.write('}');
};

const kindOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (isDate(value)) return 'date';
  if (typeof value === 'string') return `string(${value.length})`;
  if (Array.isArray(value)) return `array(${value.length})`;
  return typeof value;
};

const shapeOf = (value: unknown): string => {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || isDate(value)) return kindOf(value);
  const properties = Object.entries(value)
    .slice(0, 30)
    // A key that is no plain name may be somebody's words.
    .map(([key, inner]) => `${propertyName.test(key) ? key : '?'}:${kindOf(inner)}`);
  return `{${properties.join(' ')}}`.slice(0, maxShape);
};

/**
 * Names something that could not be read, by its shape and a hash, and with none of its text: what a dead letter keeps.
 *
 * The same value gives the same digest in every process. Work is bounded however large, deep or circular the value is (what lies
 * beyond is not hashed), and nothing is thrown, whatever its getters do.
 *
 * @example
 * ```ts
 * digestOf({ id: 1, content: 'hello' }); // '{id:number content:string(5)} sha256:…' with 16 hexadecimal digits
 * ```
 */
export const digestOf = (value: unknown): string => {
  const hash = createHash('sha256');
  let shape = '{hostile}';
  try {
    hashInto({ nodes: 0, write: (piece) => hash.update(piece) }, value, 0);
    shape = shapeOf(value);
  } catch {
    // A getter or a proxy threw: what was hashed before it still tells such values apart.
  }
  return `${shape} sha256:${hash.digest('hex').slice(0, 16)}`;
};
