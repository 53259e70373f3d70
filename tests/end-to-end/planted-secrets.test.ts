import { describe, expect, it } from 'vitest';
import { PlantedSecrets } from './planted-secrets.js';

const value = 'planted~"VALUE"~8f3b1c';

function searched(text: string): string[] {
  const secrets = new PlantedSecrets();
  secrets.plant('the value', value);
  return secrets.foundIn(text);
}

describe('a planted secret', () => {
  it.each([
    ['as it is', `before ${value} after`],
    ['in an address', `https://x.example/?a=${encodeURIComponent(value)}&b`],
    ['in JSON', JSON.stringify({ a: value })],
    ['in JSON within JSON', JSON.stringify({ body: Buffer.from(value).toString('base64') })],
    ['in hexadecimal', Buffer.from(value).toString('hex')],
    ...[0, 1, 2, 3].map((before): [string, string] => [
      `in base64, ${before} characters in`,
      Buffer.from(`${'x'.repeat(before)}${value} and more`).toString('base64'),
    ]),
    ...[0, 1, 2].map((before): [string, string] => [
      `in base64 for addresses, ${before} characters in`,
      Buffer.from(`${'x'.repeat(before)}${value} and more`).toString('base64url'),
    ]),
  ])('is found %s', (_, text) => {
    expect(searched(text)).toEqual(['the value']);
  });

  it('is not found where it is not, and any token is found', () => {
    expect(searched('planted~"OTHER"~000000')).toEqual([]);
    const part = (content: object): string => Buffer.from(JSON.stringify(content)).toString('base64url');
    const token = `${part({ alg: 'RS256' })}.${part({ tid: 'somebody' })}.${'s'.repeat(40)}`;
    expect(searched(`Bearer ${token}`)).toEqual(['a token']);
  });
});
