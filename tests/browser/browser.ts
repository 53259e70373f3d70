import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';

const DEBIAN = '/usr/bin/chromium';

/** The browser to drive: `BROWSER_EXECUTABLE`, or Debian's Chromium where it is installed; null where there is none. */
export const browserExecutable = process.env['BROWSER_EXECUTABLE'] ?? (existsSync(DEBIAN) ? DEBIAN : null);

/** Where a picture of every page that was checked is put; none are made where it is not set. */
const pictures = process.env['BROWSER_PICTURES'] ?? null;

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type ContextOptions = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'javaScriptEnabled'>;

/** A tab, with everything that a browser would complain about in its console. */
export interface Tab {
  readonly page: Page;
  readonly complaints: string[];
}

/** A browser of its own: nothing that another one had is in it. */
export class TestBrowser {
  readonly #folders: string[] = [];
  readonly #contexts: BrowserContext[] = [];

  /** Opens a tab in a new profile: another person at another machine. */
  async someone(options: ContextOptions = {}): Promise<Tab> {
    const folder = await mkdtemp(join(tmpdir(), 'rollcall-browser-'));
    this.#folders.push(folder);
    const context = await chromium.launchPersistentContext(folder, {
      executablePath: browserExecutable ?? '',
      headless: true,
      args: ARGUMENTS,
      // The local login service's certificate is vouched for by an authority of this machine alone.
      ignoreHTTPSErrors: true,
      viewport: { width: 1000, height: 900 },
      ...options,
    });
    this.#contexts.push(context);
    context.setDefaultTimeout(20_000);
    const page = context.pages()[0] ?? (await context.newPage());
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A page that says what is wrong has a status that says so too; the browser notes that as an error.
      const statusOnly = /the server responded with a status of (?:403|404|409|422|429)/.test(message.text());
      if (['error', 'warning'].includes(message.type()) && !statusOnly) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    return { page, complaints };
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    await Promise.all(this.#folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/** Keeps a picture of the page, where somebody wants to look at them. */
export async function picture(page: Page, name: string): Promise<void> {
  if (pictures === null) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
