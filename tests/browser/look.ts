import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { picture } from './browser.js';

/** Keeps a picture of a page, which has to fit its window, to be legible and to need no script. */
export async function readable(page: Page, name: string): Promise<void> {
  await picture(page, name);
  expect(await overflow(page), name).toBeLessThanOrEqual(0);
  expect(await lowContrast(page), name).toEqual([]);
  expect(await unreadable(page), name).toEqual([]);
  expect(await page.locator('script').count(), name).toBe(0);
}

/** Text whose contrast is below 4.5 to 1 (3 to 1 where it is large): WCAG 2.2, 1.4.3. */
async function lowContrast(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    type Colour = readonly [number, number, number, number];
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const colourOf = (text: string): Colour => {
      if (canvas === null) throw new Error('no canvas');
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [red, green, blue, alpha / 255];
    };
    const over = (front: Colour, back: Colour): Colour => {
      const mixed = (at: 0 | 1 | 2): number => front[at] * front[3] + back[at] * (1 - front[3]);
      return [mixed(0), mixed(1), mixed(2), 1];
    };
    const dark = matchMedia('(prefers-color-scheme: dark)').matches;
    const paper: Colour = dark ? [18, 18, 18, 1] : [255, 255, 255, 1];
    const groundOf = (element: Element | null): Colour =>
      element === null
        ? paper
        : over(colourOf(getComputedStyle(element).backgroundColor), groundOf(element.parentElement));
    const opacityOf = (element: Element | null): number =>
      element === null ? 1 : Number(getComputedStyle(element).opacity) * opacityOf(element.parentElement);
    const luminance = ([red, green, blue]: Colour): number => {
      const linear = (value: number): number =>
        value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4;
      return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    };
    const problems: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (element === null || text === '' || !element.checkVisibility()) continue;
      const style = getComputedStyle(element);
      const ground = groundOf(element);
      const [red, green, blue, alpha] = colourOf(style.color);
      const ink = over([red, green, blue, alpha * opacityOf(element)], ground);
      const [lighter = 0, darker = 0] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
      const ratio = (lighter + 0.05) / (darker + 0.05);
      const size = Number.parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) problems.push(`${ratio.toFixed(2)}: ${text.slice(0, 60)}`);
    }
    return problems;
  });
}

/** By how many pixels the page is wider than its window. */
async function overflow(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

/** What a screen reader's user would stumble over; the names are WCAG's. */
async function unreadable(page: Page): Promise<string[]> {
  return await page.evaluate(() => {
    const problems: string[] = [];
    if (document.documentElement.lang === '') problems.push('no language');
    if (document.title === '') problems.push('no title');
    if (document.querySelectorAll('h1').length !== 1) problems.push('not one first heading');
    if (document.querySelectorAll('main').length !== 1) problems.push('not one main part');
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    if (new Set(ids).size !== ids.length) problems.push('an id twice');
    let before = 0;
    for (const heading of document.querySelectorAll('h1, h2, h3, h4')) {
      const level = Number(heading.tagName.slice(1));
      if (level > before + 1) problems.push(`a heading too deep: ${heading.textContent}`);
      before = level;
    }
    const fields = document.querySelectorAll<HTMLInputElement>('input:not([type=hidden]), select, textarea');
    for (const field of fields) {
      if ((field.labels?.length ?? 0) === 0) problems.push(`a field without a label: ${field.name}`);
      for (const id of (field.getAttribute('aria-describedby') ?? '').split(' ').filter(Boolean))
        if (document.getElementById(id) === null) problems.push(`a description that is not there: ${id}`);
    }
    for (const element of document.querySelectorAll('a, button'))
      if (element.textContent.trim() === '') problems.push('something to press without a name');
    return problems;
  });
}
