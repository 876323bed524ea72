import { oneLine } from '../mail/compose-mail.js';
import type { NoticeContent } from '../notice-content.js';

/** In UTF-8: with what encryption adds, less than the 4096 bytes that every push service takes (RFC 8030, section 7.2). */
const mostBytes = 3_000;
const longestTitle = 200;
const longestPost = 300;

/** What a browser shows, as JSON: `path` is opened by a click, and what has the same `tag` is shown once. Pure. */
export const composePush = ({ title, body, need, post, libraryName, path }: NoticeContent, tag: string): string => {
  const lines = [body, ...(need === null ? [] : [`The need: ${need}`]), ...(post === null ? [] : [`${post.by}: ${shortened(oneLine(post.text), longestPost)}`]), libraryName].map(oneLine);
  const told = (text: string): string => JSON.stringify({ title: shortened(oneLine(title), longestTitle), body: text, path, tag });
  let text = lines.join('\n');
  while (Buffer.byteLength(told(text)) > mostBytes && text !== '') text = shortened(text, Math.floor([...text].length * 0.9) - 1);
  return told(text);
};

/** To so many characters, none of them cut in two. */
const shortened = (text: string, most: number): string => {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join('')}${most > 0 ? '…' : ''}`;
};
