import fc from 'fast-check';
import { h } from 'preact';
import { describe, expect, it } from 'vitest';
import { brandStyle, contrast, inkOn, NO_BRAND, type Brand } from '../../../functions/pages/brand.js';
import { Inviter } from '../../../functions/pages/branding.js';
import { createSender, htmlAnswer } from '../../../functions/pages/html-answer.js';
import { Layout } from '../../../functions/pages/layout.js';

const colors = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, '0')}`);

describe("the operator's colour", () => {
  it('has text that can be read on it, whatever it is', () => {
    fc.assert(
      fc.property(colors, (color) => {
        expect(contrast(color, inkOn(color))).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });

  it.each([
    ['#5b2d8e', '#ffffff'],
    ['#0b5cad', '#ffffff'],
    ['#ffd400', '#000000'],
    ['#ffffff', '#000000'],
    ['#000000', '#ffffff'],
    // The nearest to white text that does not reach it: 4.48.
    ['#777777', '#000000'],
    ['#767676', '#ffffff'],
  ])('%s has text in %s', (color, ink) => {
    expect(inkOn(color)).toBe(ink);
    expect(brandStyle({ name: null, color })).toContain(`--brand-ink: ${ink}`);
  });

  it.each(['#ffffff', '#fffbe6', '#1c222b'])(
    'has an edge where the page has the same colour: %s',
    (color) => {
      expect(brandStyle({ name: null, color })).toContain('--brand-edge: var(--soft)');
    },
  );

  it('changes nothing if it is not set', () => {
    expect(brandStyle(NO_BRAND)).toBe('');
  });
});

describe("the operator's name", () => {
  const hostile = `</style><script>alert("x")</script>`;
  const page = h(Layout, { title: 'Hello', children: h(Inviter, { name: 'Olga' }) });

  const sent = (brand: Brand): string => {
    const { body } = createSender(brand)(htmlAnswer(page));
    return typeof body === 'string' ? body : '';
  };

  it('stands at the head, in the title and beside who invites, escaped', () => {
    const text = sent({ name: hostile, color: '#ffd400' });
    expect(text).toContain('<header><p>&lt;/style>&lt;script>alert(&quot;x&quot;)&lt;/script></p></header>');
    expect(text).toContain('Olga of &lt;/style>');
    expect(text).toContain('<title>Hello - &lt;/style>');
    expect(text).not.toContain('<script');
  });

  it('is that of Rollcall if it is not set', () => {
    const text = sent(NO_BRAND);
    expect(text).toContain('<header><p>Rollcall</p></header>');
    expect(text).toContain('</h1>Olga</main>');
  });
});
