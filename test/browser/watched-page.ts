import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';

const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const pictures = join(import.meta.dirname, 'output');

/** Debian's; no browser is ever downloaded. As root it runs without its sandbox: it sees pages of ours alone. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', chromiumSandbox: process.getuid?.() !== 0 });

/** A page that remembers what went wrong on it, and whom it asked. */
export class WatchedPage {
  readonly errors: string[] = [];
  readonly asked = new Set<string>();

  private constructor(private readonly context: BrowserContext, readonly page: Page) {
    page.on('console', (message) => void (message.type() === 'error' && this.errors.push(`${message.text()} (${message.location().url})`)));
    page.on('pageerror', (error) => void this.errors.push(String(error)));
    page.on('request', (request) => void (request.url().startsWith('data:') || this.asked.add(new URL(request.url()).origin)));
  }

  static async open(browser: Browser, origin: string): Promise<WatchedPage> {
    const context = await browser.newContext({ baseURL: origin, viewport: { width: 1100, height: 800 } });
    return new WatchedPage(context, await context.newPage());
  }

  /** For a person to look at: test/browser/output/<name>.png. */
  async picture(name: string): Promise<void> {
    await mkdir(pictures, { recursive: true });
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  /** What axe-core finds against WCAG 2.2 A and AA, as "rule: where". It is evaluated from outside, so that the page's policy stays as it is. */
  async barriers(within = 'html'): Promise<readonly string[]> {
    await this.page.evaluate(await axeSource());
    return this.page.evaluate(async (selector) => {
      const { violations } = await (globalThis as unknown as { axe: { run(where: string, how: object): Promise<{ violations: { id: string; nodes: { target: string[] }[] }[] }> } }).axe.run(selector, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
      });
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
    }, within);
  }

  close(): Promise<void> {
    return this.context.close();
  }
}

const axeSource = async (): Promise<string> => (await import('node:fs/promises')).readFile(axe, 'utf8');
