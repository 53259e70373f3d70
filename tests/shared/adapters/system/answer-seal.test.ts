import { describe, expect, it } from 'vitest';
import { answerSeal } from '../../../../shared/adapters/system/answer-seal.js';

const ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const OTHER = '3f2504e0-4f89-41d3-9a0c-0305e82c3302';

describe('a sealed answer', () => {
  it('is opened under the same id and name alone', () => {
    const sealed = answerSeal.seal('{"url":"Æ"}', ID, 'name');
    expect(answerSeal.open(sealed, ID, 'name')).toBe('{"url":"Æ"}');
    expect(() => answerSeal.open(sealed, OTHER, 'name')).toThrow();
    expect(() => answerSeal.open(sealed, ID, 'another')).toThrow();
  });

  it('is never twice the same, and not opened where a bit of it was changed', () => {
    const sealed = answerSeal.seal('text', ID, 'name');
    expect(answerSeal.seal('text', ID, 'name')).not.toBe(sealed);
    const bytes = Buffer.from(sealed, 'base64');
    bytes[bytes.length - 1]! ^= 1;
    expect(() => answerSeal.open(bytes.toString('base64'), ID, 'name')).toThrow();
  });

  it('has a name that keeps its parts apart, and a digest that needs the id', () => {
    expect(answerSeal.name(['a', 'bc'])).not.toBe(answerSeal.name(['ab', 'c']));
    expect(answerSeal.name(['a'])).toMatch(/^[0-9a-f]{64}$/);
    expect(answerSeal.digest('body', ID, 'name')).toBe(answerSeal.digest('body', ID, 'name'));
    expect(answerSeal.digest('body', ID, 'name')).not.toBe(answerSeal.digest('body', OTHER, 'name'));
  });
});
