import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const DEBIAN = '/usr/bin/chromium';

const named = process.env['BROWSER_EXECUTABLE'] ?? (existsSync(DEBIAN) ? DEBIAN : '');

/**
 * The browser to drive: `BROWSER_EXECUTABLE` (empty for none), or Debian's Chromium where it is installed; null where
 * there is none.
 */
export const browserExecutable = named === '' ? null : named;

/** Where a picture of every page that was looked at is put; none are made where it is not set. */
const pictures = process.env['BROWSER_PICTURES'] ?? null;

/** The browser asks nobody but the pages it is given. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A tab, with everything that a browser would complain about in its console. */
export interface Tab {
  readonly page: Page;
  readonly complaints: string[];
}

/** A page that says what is wrong has a status that says so too; the browser notes that as an error. */
const STATUS_ONLY = /the server responded with a status of (?:403|404|409|422|429)/;

/** A real browser with a profile of its own, which goes when it is closed. */
export class TestBrowser {
  private constructor(readonly browser: Browser) {}

  static async launch(): Promise<TestBrowser> {
    return new TestBrowser(
      await chromium.launch({ executablePath: browserExecutable ?? '', headless: true, args: ARGUMENTS }),
    );
  }

  /** Opens a tab for somebody who shares nothing with anybody before: another person at another machine. */
  async someone(options: Pick<BrowserContextOptions, 'viewport' | 'colorScheme'> = {}): Promise<Tab> {
    const context = await this.browser.newContext({
      // The local login service's certificate is vouched for by an authority of this machine alone.
      ignoreHTTPSErrors: true,
      viewport: { width: 1000, height: 900 },
      ...options,
    });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      const isComplaint = ['error', 'warning'].includes(message.type());
      if (isComplaint && !STATUS_ONLY.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    return { page, complaints };
  }

  /** Everybody goes; the browser stays. */
  async empty(): Promise<void> {
    await Promise.all(this.browser.contexts().map((context) => context.close()));
  }

  async close(): Promise<void> {
    await this.browser.close();
  }
}

/** Keeps a picture of the page, where somebody wants to look at them. */
export async function picture(page: Page, name: string): Promise<void> {
  if (pictures === null) return;
  await mkdir(pictures, { recursive: true });
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
