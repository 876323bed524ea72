import { describe, expect, it } from '@jest/globals';
import type { NoticeContent } from '../notice-content.js';
import { composePush } from './compose-push.js';

const content: NoticeContent = { kind: 'assigned', libraryName: 'Ashford', conversationId: 'c', title: 'Ada gave you a conversation', body: 'It is yours to answer.', path: '/conversations/c', need: null, post: null };
const composed = (more: Partial<NoticeContent>): { title: string; body: string; path: string; tag: string } => JSON.parse(composePush({ ...content, ...more }, 'n')) as never;

describe('composePush', () => {
  it('holds words of ours, the need where a classifier restated it, and where it leads', () => {
    expect(composed({})).toEqual({ title: 'Ada gave you a conversation', body: 'It is yours to answer.\nAshford', path: '/conversations/c', tag: 'n' });
    expect(composed({ need: 'a wine cellar\nin a basement' }).body).toBe('It is yours to answer.\nThe need: a wine cellar in a basement\nAshford');
  });
  it('holds the beginning of a post where the library wants it', () => {
    expect(composed({ post: { by: '@anna', text: `Could I\nbuild one? ${'a'.repeat(400)}` } }).body).toMatch(/^It is yours to answer\.\n@anna: Could I build one\? a+…\nAshford$/u);
  });
  it.each(['a', 'é', '読', '🍷', '"', '\\'])('has 3,000 bytes at most, and cuts no sign in two, of %s', (sign) => {
    const text = composePush({ ...content, title: sign.repeat(600), body: sign.repeat(2_000), need: sign.repeat(2_000) }, 'n');
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(3_000);
    const { title, body } = JSON.parse(text) as { title: string; body: string };
    expect([title.isWellFormed(), body.isWellFormed(), title.endsWith('…'), body.endsWith('…')]).toEqual([true, true, true, true]);
    expect(Buffer.byteLength(text)).toBeGreaterThan(2_400);
  });
});
