import { describe, expect, it } from 'vitest';
import { compileCondition } from '../../shared/core/condition/compile-condition.js';
import { parseCondition } from '../../shared/core/condition/parse-condition.js';
import type { MirrorUser } from '../../shared/core/mirror-rows.js';
import { readerOf, type FieldSubject } from '../../shared/core/people/field-reader.js';
import { parseSource } from '../../shared/core/setup/field-catalog.js';
import { ruleNamesOf } from '../../shared/core/setup/rule-names.js';
import { validateCondition } from '../../shared/core/setup/validate-condition.js';
import { fencedBlocks, readDocument, tableUnder } from './markdown.js';

const text = await readDocument('docs/conditions.md');
const [user] = fencedBlocks(text).filter(({ language }) => language === 'json');
const { id, ...attributes } = JSON.parse(user?.text ?? '{}') as MirrorUser['attributes'] & { id: string };
const ada: FieldSubject = {
  user: { id, presence: 'live', attributes, managerId: null },
  manager: null,
};
const code = (cell: string): string => cell.replace(/^`(.*)`$/, '$1');

function holds(condition: string): string {
  const parsed = parseCondition(condition);
  if (parsed.kind === 'faulty' || validateCondition(condition, ruleNamesOf([])).length > 0) return '-';
  const compiled = compileCondition<FieldSubject>(parsed.condition, (name) => {
    const source = parseSource(name);
    if (source === null) throw new Error(`There is no field ${name}.`);
    return readerOf(source, null);
  });
  return compiled(ada) ? 'yes' : 'no';
}

describe('the documentation of conditions', () => {
  it.each(tableUnder(text, 'What it means, by examples'))('says of %s rightly: %s', (condition, answer) => {
    expect(holds(code(condition))).toBe(answer);
  });

  it.each(tableUnder(text, 'What is refused, and where'))(
    'says where and why %s is refused: at %s',
    (condition, position, message) => {
      const faults = validateCondition(code(condition), ruleNamesOf([]));
      expect(faults.map((fault) => [String(fault.position), fault.message])).toEqual([[position, message]]);
    },
  );
});
