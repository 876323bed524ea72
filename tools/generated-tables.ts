import { describeSettings } from '@earshot/core/config';
import { type Metric, ofInstallation, ofProcess } from '@earshot/core/health';
import { type Cause, type RetentionKind, causes, consentTable, retentionDefaults, retentionKinds } from '@earshot/core/privacy';
import { type Meaning, type Purpose, meanings } from '@earshot/plugin-sdk';

/** The tables in docs/ that are made from code, by the name of their markers. */
export const generatedTables: Readonly<Record<string, { readonly file: string; readonly make: () => string }>> = {
  settings: { file: 'operating.md', make: settingsTable },
  metrics: { file: 'operating.md', make: metricsTable },
  consent: { file: 'privacy.md', make: consentInWords },
  signs: { file: 'privacy.md', make: signsInWords },
  retention: { file: 'privacy.md', make: retentionInWords },
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

function metricsTable(): string {
  const labels = ({ labels: given = {} }: Metric): string => Object.entries(given).map(([label, values]) => `\`${label}\`: ${values.join(', ')}`).join('; ');
  const rows = [...Object.values(ofProcess), ...Object.values(ofInstallation)].map((metric: Metric) => row(`\`${metric.name}\``, metric.type, metric.help, labels(metric)));
  return [row('Metric', 'Kind', 'What it tells', 'Labels'), row('---', '---', '---', '---'), ...rows].join('\n');
}

const heard: Readonly<Record<Cause, string>> = {
  addressed: 'You wrote to the library, or mentioned it',
  'brought-in': 'Staff brought in by hand what you said',
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
  const cell = (cause: Cause): ((forbidden: readonly Purpose[]) => string) => (forbidden) => {
    if (cause === 'brought-in') return 'nobody tells us: they decide';
    if (forbidden.includes('keep')) return 'we do not even store it';
    return forbidden.length === 0 ? 'it changes nothing: you asked us' : `we do not ${forbidden.map((purpose) => then[purpose]).join(', or ')}`;
  };
  const rows = (Object.keys(consentTable) as Purpose[]).map((purpose) => row(refused[purpose], ...causes.map((cause) => cell(cause)(consentTable[purpose][cause]))));
  return [row('If you refuse …', ...causes.map((cause) => heard[cause])), row('---', ...causes.map(() => '---')), ...rows].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const signs: Readonly<Record<Meaning, string>> = {
  'not-searchable': 'You are not to be found by search (`indexable: false`, `noindex`, `#noindex`)',
  'not-listed': 'You are not to be listed or recommended (`discoverable: false`)',
  'no-programs': 'You want no programs (`#nobot`)',
  'no-generated-words': 'You want nothing generated (`#noai`, a user intent against synthetic content)',
  'not-kept': 'You are not to be archived (`#noarchive`)',
  'followers-by-hand': 'You choose your followers by hand (`locked`)',
  'shown-to-followers': 'Your server shows you to your followers alone (`limited`)',
  'out-of-service': 'Your account is suspended, deactivated or taken down',
  'moved-away': 'You moved to another account',
  hidden: 'A label says that you are shown to nobody (`!hide`)',
  'warned-of': 'A label warns of it (`!warn`)',
  'signed-in-only': 'You are shown to people who are signed in (`!no-unauthenticated`)',
  'answers-restricted': 'You chose who may answer, and it is not us (a threadgate)',
  'not-quoted': 'You are not to be quoted (a postgate)',
  'no-unasked-answers': 'You say that you want no answers unasked',
};

function signsInWords(): string {
  const rows = (Object.keys(meanings) as Meaning[]).map((meaning) => row(signs[meaning], meanings[meaning].map((purpose) => refused[purpose]).join('; ')));
  return [row('The sign', 'You refuse …'), row('---', '---'), ...rows].join('\n');
}

const keptAs: Readonly<Record<RetentionKind, string>> = {
  context: 'Heard around something else, or by following somebody who is not followed any more',
  'no-need': 'Nobody wants anything in it',
  need: 'Somebody wants something, or spoke to the library, or the library begins it and nobody has answered',
  sensitive: 'About health, grief, danger and the like: at most',
  'brought-in': 'From a file or an archive',
  answered: 'The library answered',
  'answered-words': '… the words of others in it',
};

function retentionInWords(): string {
  const rows = retentionKinds.map((kind) => row(keptAs[kind], retentionDefaults[kind] % 365 === 0 ? `${retentionDefaults[kind] / 365} years` : `${retentionDefaults[kind]} days`));
  return [row('A conversation', 'is kept for'), row('---', '---'), ...rows].join('\n');
}
