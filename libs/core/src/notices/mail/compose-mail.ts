import type { NoticeContent } from '../notice-content.js';

/** What is handed to the mail server. */
export interface Mail {
  readonly to: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly date: Date;
  readonly inReplyTo?: string;
  readonly references?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly list: { readonly unsubscribe: { readonly url: string; readonly comment: string } };
}

interface Told {
  /** Stays the same however often it is tried: programs that get it twice show it once. */
  readonly mailId: string;
  readonly to: Mail['to'];
  readonly at: Date;
  readonly digest: boolean;
  readonly notices: readonly [NoticeContent, ...NoticeContent[]];
  /** Where staff reach this installation. */
  readonly publicUrl: string;
}

export const preferencesPath = '/notices/preferences';
const longestPost = 2_000;

export const oneLine = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A mail of one notice, or of the several of a digest: plain text, and the same as simple HTML that loads nothing. Pure. */
export const composeMail = ({ mailId, to, at, digest, notices, publicUrl }: Told): Mail => {
  const host = new URL(publicUrl).hostname;
  const [first] = notices;
  const preferences = new URL(preferencesPath, publicUrl).href;
  const many = notices.length;
  const subject = digest ? `${libraryOf(notices)}: ${many === 1 ? first.title : `${many} things to look at`}` : `${first.libraryName}: ${first.title}`;
  const footer = 'Sent by Earshot, with which your library listens and answers. How you are told:';
  const conversations = new Set(notices.map(({ conversationId }) => conversationId));
  const thread = conversations.size === 1 && first.conversationId !== null ? `<conversation.${first.conversationId}@${host}>` : undefined;
  return {
    to, subject: oneLine(subject), date: at, messageId: `<${mailId}@${host}>`,
    text: [...notices.map((notice) => plain(notice, publicUrl, digest)), `-- \n${footer}\n${preferences}\n`].join('\n\n'),
    html: `<!doctype html>\n<html lang="en"><body>\n${notices.map((notice) => marked(notice, publicUrl, digest)).join('\n<hr>\n')}\n<hr>\n<p>${footer} <a href="${escaped(preferences)}">preferences</a>.</p>\n</body></html>\n`,
    ...(thread === undefined ? {} : { inReplyTo: thread, references: thread }),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    list: { unsubscribe: { url: preferences, comment: 'How you are told' } },
  };
};

const libraryOf = (notices: readonly NoticeContent[]): string => {
  const names = [...new Set(notices.map(({ libraryName }) => libraryName))];
  return names.length > 1 ? `${names.length} libraries` : (names[0] ?? 'Earshot');
};

const linesOf = ({ title, body, need, post, libraryName }: NoticeContent, digest: boolean): { readonly title: string; readonly lines: readonly string[]; readonly quote: { readonly text: string; readonly by: string } | undefined } => ({
  title: oneLine(digest ? `${libraryName}: ${title}` : title),
  lines: [oneLine(body), ...(need === null ? [] : [`The need: ${oneLine(need)}`])],
  quote: post === null ? undefined : { by: oneLine(post.by), text: post.text.slice(0, longestPost) },
});

const plain = (notice: NoticeContent, publicUrl: string, digest: boolean): string => {
  const { title, lines, quote } = linesOf(notice, digest);
  const said = quote === undefined ? [] : [`${quote.by}:`, ...quote.text.split(/\r?\n/).map((line) => `> ${line}`)];
  return [title, '', ...lines, ...said, '', new URL(notice.path, publicUrl).href].join('\n');
};

const marked = (notice: NoticeContent, publicUrl: string, digest: boolean): string => {
  const { title, lines, quote } = linesOf(notice, digest);
  const said = quote === undefined ? '' : `\n<p>${escaped(quote.by)}:</p>\n<blockquote>${escaped(quote.text).replace(/\r?\n/g, '<br>')}</blockquote>`;
  return `<h2><a href="${escaped(new URL(notice.path, publicUrl).href)}">${escaped(title)}</a></h2>\n${lines.map((line) => `<p>${escaped(line)}</p>`).join('\n')}${said}`;
};
