/** In sentences that staff read a shorter one is a word. */
const shortest = 8;
const deepest = 5;

/** What an account's secrets consist of, as far as it is not shorter than that. */
export const secretTexts = (value: unknown, shorter: number, depth = 0): readonly string[] => {
  if (typeof value === 'string') return value.length >= shorter ? [value] : [];
  if (typeof value !== 'object' || value === null || depth > 4) return [];
  return Object.values(value).flatMap((inner) => secretTexts(inner, shorter, depth + 1));
};

/** By its looks: what Node itself throws may be of another realm. */
const isError = (thrown: unknown): thrown is Error & { readonly errors?: unknown } => typeof thrown === 'object' && thrown !== null && 'message' in thrown && typeof thrown.message === 'string';

/**
 * Takes an account's secrets out of what its plugin threw, before it is logged or told to staff: a network repeats a token in its refusal, and
 * Node a header that cannot be sent. In place: whoever throws it on throws what was thrown.
 */
export const withholdSecrets = (error: unknown, secrets: unknown, depth = 0): unknown => {
  if (!isError(error) || depth > deepest) return error;
  const texts = secretTexts(secrets, shortest);
  if (texts.length === 0) return error;
  for (const name of ['message', 'stack'] as const) {
    const told = error[name];
    const clean = texts.reduce<string | undefined>((text, secret) => text?.replaceAll(secret, '[secret]'), told);
    if (clean !== told) Object.defineProperty(error, name, { value: clean, configurable: true, writable: true, enumerable: false });
  }
  withholdSecrets(error.cause, secrets, depth + 1);
  if (Array.isArray(error.errors)) for (const one of error.errors) withholdSecrets(one, secrets, depth + 1);
  return error;
};
