/** A secret, and how often it may be seen. */
export interface Secret {
  /** What it is, for whoever reads of a leak. */
  readonly name: string;
  readonly value: Buffer;
  readonly told: 'never' | 'once';
}

export interface Leak {
  /** Of the secret, nothing of which is told again. */
  readonly name: string;
  readonly as: string;
  readonly at: number;
}

/** Too short to be told from chance. */
export const shortest = 12;
const filterBits = 22;

interface Form {
  readonly secret: Secret;
  readonly as: string;
  readonly bytes: Buffer;
}

/** Base64 within a longer text: three ways, by where in a group of three bytes it begins. The signs that its neighbours share are left out. */
const base64Of = (value: Buffer): readonly string[] =>
  [0, 1, 2].map((offset) => {
    const whole = Buffer.concat([Buffer.alloc(offset), value]);
    const signs = whole.toString('base64').replace(/=+$/u, '');
    return signs.slice(Math.ceil((offset * 4) / 3), whole.length % 3 === 0 ? undefined : -1);
  });

const formsOf = (secret: Secret): readonly Form[] => {
  const { value } = secret;
  const text = value.toString('utf8');
  const hex = value.toString('hex');
  const base64 = base64Of(value);
  const written: readonly (readonly [as: string, text: string])[] = [
    ['hex', hex], ['HEX', hex.toUpperCase()], ...base64.map((signs) => ['base64', signs] as const), ...base64.map((signs) => ['base64url', signs.replaceAll('+', '-').replaceAll('/', '_')] as const),
    // Of bytes that are no text there is nothing else.
    ...(Buffer.from(text).equals(value) ? ([['plain', text], ['JSON', JSON.stringify(text).slice(1, -1)], ['url', encodeURIComponent(text)], ['form', new URLSearchParams([[text, '']]).toString().slice(0, -1)]] as const) : []),
  ];
  const distinct = new Map(written.map(([as, form]) => [form, as]));
  return [...distinct].map(([form, as]) => ({ secret, as, bytes: Buffer.from(form) })).filter(({ bytes }) => bytes.length >= shortest);
};

const prime = 0x01000193;
/** Of what a window of `shortest` bytes loses at its left as it moves on. */
const leaving = Array.from({ length: shortest - 1 }).reduce<number>((power) => Math.imul(power, prime), 1);
const hashOf = (bytes: Buffer): number => bytes.subarray(0, shortest).reduce((hash, byte) => (Math.imul(hash, prime) + byte) | 0, 0);

/** Looks for many secrets in much text at once: one pass, whatever their number. */
export class LeakSearch {
  private readonly forms = new Map<number, Form[]>();
  private readonly filter = new Uint8Array(1 << filterBits);
  private readonly seen = new Map<Secret, number>();

  constructor(secrets: readonly Secret[]) {
    for (const form of secrets.flatMap(formsOf)) {
      const hash = hashOf(form.bytes);
      const same = this.forms.get(hash);
      if (same === undefined) this.forms.set(hash, [form]);
      else same.push(form);
      this.filter[hash >>> (32 - filterBits)] = 1;
    }
  }

  /** What of `output` is a secret that was not to be told, or was told before. */
  in(output: Buffer): readonly Leak[] {
    const leaks: Leak[] = [];
    for (let hash = hashOf(output), at = 0; at + shortest <= output.length; at++) {
      if (this.filter[hash >>> (32 - filterBits)] === 1) for (const form of this.forms.get(hash) ?? []) if (output.subarray(at, at + form.bytes.length).equals(form.bytes)) leaks.push(...this.found(form, at));
      hash = (Math.imul((hash - Math.imul(output[at] as number, leaving)) | 0, prime) + (output[at + shortest] ?? 0)) | 0;
    }
    return leaks;
  }

  private found({ secret, as }: Form, at: number): readonly Leak[] {
    const times = (this.seen.get(secret) ?? 0) + 1;
    this.seen.set(secret, times);
    return secret.told === 'once' && times === 1 ? [] : [{ name: secret.name, as, at }];
  }
}
