/** What stands in a log line in the place of something that must not be there. */
export const HIDDEN = '[hidden]';

const SECRET_KEY = /pass(word|phrase)?$|secret|token|authorization|cookie|credential|(api|private|access|installation)_?key|^key$|session_?id/i;
/** People's words, and where people are reached. */
const PERSONAL_KEY = /^(text|html|body|content|words|quote|draft|note|message_?text|query|parameters|detail|e?_?mail|address(es)?|handle)$|(email|_text|Text|_html|Html)$/;
const DEEPEST = 5;

/**
 * A copy of the facts of a log line without secrets, people's words and addresses, told by the names of their keys: the last net, not
 * a licence to log them. Never throws, whatever it is given.
 */
export function safeFacts(facts: object): Record<string, unknown> {
  return copy(facts, DEEPEST) as Record<string, unknown>;
}

function copy(value: unknown, depth: number): unknown {
  if (value instanceof Error) return safeError(value, depth);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' || typeof value === 'symbol' ? undefined : value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  if (depth === 0) return '…';
  if (Array.isArray(value)) return value.map((item) => copy(item, depth - 1));
  const entries = value instanceof Map ? [...value.entries()].map(([key, held]) => [String(key), held] as const) : value instanceof Set ? [...value].map((held, index) => [String(index), held] as const) : Object.entries(value);
  return Object.fromEntries(entries.map(([key, held]) => [key, isHidden(key) && held !== undefined ? HIDDEN : copy(held, depth - 1)]));
}

const isHidden = (key: string): boolean => SECRET_KEY.test(key) || PERSONAL_KEY.test(key);

/**
 * Name, code, message, stack and causes of an error. Its other properties stay out: those of a database error hold the statement, its
 * parameters and the row that was refused.
 */
export function safeError(error: Error, depth = DEEPEST): Record<string, unknown> {
  const { code } = error as { code?: unknown };
  return {
    name: error.name,
    ...(typeof code === 'string' ? { code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined || depth === 0 ? {} : { cause: error.cause instanceof Error ? safeError(error.cause, depth - 1) : copy(error.cause, 1) }),
  };
}
