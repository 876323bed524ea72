import { createHash } from 'node:crypto';

const style = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif }
body { margin: 0 auto; padding: 3rem 1rem; max-width: 26rem }
h1 { font-size: 1.5rem; line-height: 1.2 }
label, legend { display: block; margin-top: 1rem; font-weight: 600 }
fieldset { border: 0; margin: 0; padding: 0 }
legend { padding: 0 }
fieldset label { font-weight: 400; margin-top: .25rem }
input[type=radio] { margin: 0 .5rem 0 0 }
small { display: block; opacity: .8 }
input:not([type=radio]) { box-sizing: border-box; width: 100%; font: inherit; padding: .5rem; margin-top: .25rem; border: 1px solid GrayText; border-radius: .25rem }
button { font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .6rem 1.2rem; border: 0; border-radius: .25rem; background: #1d5c4b; color: #fff }
:focus-visible { outline: 3px solid #d98a00; outline-offset: 2px }
[role=alert] { border-left: .3rem solid #b3261e; padding: .25rem .75rem }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * Of every page here: no script, no frame around it, nothing from elsewhere, and the key in its address goes to nobody.
 * Not `no-referrer`: under it browsers send `Origin: null` with a form, and the form could not show that it is ours
 * (https://fetch.spec.whatwg.org/#append-a-request-origin-header, seen in Chromium on 2026-11-26).
 */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; img-src data:; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'referrer-policy': 'strict-origin',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);

export interface Input {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password' | 'hidden';
  readonly autocomplete?: string;
  readonly hint?: string;
}
export interface Choice {
  readonly name: string;
  readonly label: string;
  readonly options: readonly (readonly [value: string, label: string])[];
}
export interface Form {
  readonly title: string;
  readonly intro?: string;
  readonly action: string;
  readonly submit: string;
  readonly fields: readonly (Input | Choice)[];
}
export interface Filled {
  /** What was typed before, by field; passwords are never given back. */
  readonly values?: Readonly<Record<string, string>>;
  readonly problem?: { readonly message: string; readonly field?: string };
}

const choice = (field: Choice, chosen: string | undefined): string =>
  `<fieldset><legend>${field.label}</legend>${field.options
    .map(([value, label], index) => `<label><input type="radio" name="${field.name}" value="${value}" required${chosen === value || (chosen === undefined && index === 0) ? ' checked' : ''}> ${label}</label>`)
    .join('')}</fieldset>`;

const input = (field: Input, { values = {}, problem }: Filled): string => {
  const value = field.type === 'password' ? '' : ` value="${escaped(values[field.name] ?? '')}"`;
  if (field.type === 'hidden') return `<input type="hidden" name="${field.name}"${value}>`;
  const wrong = problem?.field === field.name;
  const described = [field.hint && `${field.name}-hint`, wrong && 'problem'].filter(Boolean).join(' ');
  return `<label for="${field.name}">${field.label}</label>${field.hint ? `<small id="${field.name}-hint">${field.hint}</small>` : ''}
<input id="${field.name}" name="${field.name}" type="${field.type}" required${value}${field.autocomplete ? ` autocomplete="${field.autocomplete}"` : ''}${
    described && ` aria-describedby="${described}"`}${wrong ? ' aria-invalid="true" autofocus' : ''}>`;
};

const document = (heading: string, body: string, title = heading): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – Earshot</title><link rel="icon" href="data:,"><style>${style}</style></head>
<body><main><h1>${heading}</h1>
${body}
</main></body></html>
`;

/** A page with one form, which works without any script. Labels, titles and hints are ours and may hold HTML; what people typed is escaped. */
export const formPage = (form: Form, filled: Filled = {}): string =>
  document(
    form.title,
    `${form.intro ? `<p>${form.intro}</p>` : ''}${filled.problem ? `<p id="problem" role="alert">${escaped(filled.problem.message)}</p>` : ''}
<form method="post" action="${form.action}">
${form.fields.map((field) => ('options' in field ? choice(field, filled.values?.[field.name]) : input(field, filled))).join('\n')}
<button>${form.submit}</button>
</form>`,
    // What a screen reader says first.
    `${filled.problem ? 'Error: ' : ''}${form.title}`,
  );

/** A page that only says something. Both are escaped. */
export const messagePage = (title: string, words: string): string => document(escaped(title), `<p>${escaped(words)}</p>`);
