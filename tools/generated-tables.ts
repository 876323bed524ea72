import { describeSettings } from '@earshot/core/config';
import { type Cause, causes, consentTable } from '@earshot/core/privacy';
import type { Purpose } from '@earshot/plugin-sdk';

/** The tables in docs/ that are made from code, by the name of their markers. */
export const generatedTables: Readonly<Record<string, { readonly file: string; readonly make: () => string }>> = {
  settings: { file: 'operating.md', make: settingsTable },
  consent: { file: 'privacy.md', make: consentInWords },
};

/** `document` with its table renewed. */
export function withTable(document: string, name: string, table: string): string {
  const [begin, end] = [`<!-- ${name}: made by "npm run docs" -->`, `<!-- /${name} -->`];
  const [from, to] = [document.indexOf(begin), document.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`the markers of the table "${name}" are missing`);
  return `${document.slice(0, from + begin.length)}\n\n${table}\n\n${document.slice(to)}`;
}

function settingsTable(): string {
  const rows = describeSettings().map(({ name, description, allowed, default: otherwise, secret }) =>
    row(`\`${name}\``, `${description}${secret ? ' **Secret.**' : ''}`, allowed, /^[\d./,a-z]+$/.test(otherwise) && otherwise !== 'none' ? `\`${otherwise}\`` : otherwise),
  );
  return [row('Setting', 'What it does', 'May be', 'Otherwise'), row('---', '---', '---', '---'), ...rows].join('\n');
}

const heard: Readonly<Record<Cause, string>> = {
  addressed: 'You wrote to the library, or mentioned it',
  followed: 'The library follows you by name',
  thread: 'You wrote in a thread that it hears',
  search: 'A hashtag or a search found you',
};
const refused: Readonly<Record<Purpose, string>> = {
  keep: 'to be stored',
  search: 'to be found by search',
  classify: 'to be judged by programs',
  'draft-by-machine': 'that a program drafts answers to you',
  'show-publicly': 'to be shown on public pages and reports',
  answer: 'to be written to unasked',
};
const then: Readonly<Record<Purpose, string>> = {
  keep: 'store it',
  search: 'let it be found by search',
  classify: 'let a program judge it',
  'draft-by-machine': 'let a program draft an answer',
  'show-publicly': 'show it publicly',
  answer: 'answer you',
};

function consentInWords(): string {
  const cell = (forbidden: readonly Purpose[]): string => {
    if (forbidden.includes('keep')) return 'we do not even store it';
    return forbidden.length === 0 ? 'it changes nothing: you asked us' : `we do not ${forbidden.map((purpose) => then[purpose]).join(', or ')}`;
  };
  const rows = (Object.keys(consentTable) as Purpose[]).map((purpose) => row(refused[purpose], ...causes.map((cause) => cell(consentTable[purpose][cause]))));
  return [row('If you refuse …', ...causes.map((cause) => heard[cause])), row('---', ...causes.map(() => '---')), ...rows].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
