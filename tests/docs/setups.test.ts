import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { recordsFrom } from '../../functions/api/record-rows.js';
import { documentFrom, setupDocument } from '../../functions/api/setup-schemas.js';
import type { CatalogEntry } from '../../shared/core/catalog/catalog.js';
import type { ProductRecord } from '../../shared/core/matching/product-record.js';
import { compileSetup } from '../../shared/core/people/compile-setup.js';
import { judgeRemovals } from '../../shared/core/removal-guard.js';
import { validateSetup, type SetupSurroundings } from '../../shared/core/setup/validate-setup.js';
import { aSetup } from '../builders/setup.js';
import { catalogEntry, catalogOf } from '../shared/core/setup/setup-document.js';
import { ExampleWorld, type ExampleDirectory } from './example-world.js';
import { fencedBlocks, readDocument } from './markdown.js';

type Expected = Readonly<Record<string, unknown>>;
const now = '2026-05-01T08:00:00.000Z';
const text = await readDocument('docs/setups.md');

/** `<sales>` and a plain name are one object id, the same throughout. */
function idOf(name: string): string {
  const hex = Buffer.from(name).toString('hex').padEnd(12, '0').slice(0, 12);
  return `d0c5e790-0000-4000-8000-${hex}`;
}
const filled = (block: string): unknown =>
  JSON.parse(block.replaceAll(/<(\w+)>/g, (_, name: string) => idOf(name)));

const blocks = fencedBlocks(text)
  .filter(({ language }) => language === 'json')
  .map((block) => filled(block.text));
const given = blocks[0] as ExampleDirectory & { catalog: CatalogEntry[] };
const groupIds = new Set(Object.keys(given.groups).map(idOf));
const surroundings: SetupSurroundings = {
  catalog: catalogOf(given.catalog.map((entry) => catalogEntry(entry))),
  groups: (groupId) => (groupIds.has(groupId) ? 'suitable' : 'absent'),
  organization: 'known',
};

const resultBlock = z.union([
  z.strictObject({
    people: z.record(z.string(), z.record(z.string(), z.unknown())),
    out: z.record(z.string(), z.string()),
    hosts: z.record(z.string(), z.array(z.string())).default({}),
    conflicts: z.array(z.unknown()).default([]),
  }),
  z.strictObject({
    guard: z.strictObject({ active: z.int(), removals: z.array(z.string()), verdict: z.string() }),
  }),
  z.strictObject({ refused: z.record(z.string(), z.string()) }),
]);
type Result = z.output<typeof resultBlock>;
const changeBlock = z.strictObject({
  after: z.strictObject({
    users: z.record(z.string(), z.record(z.string(), z.unknown()).nullable()).default({}),
    groups: z.record(z.string(), z.array(z.string())).default({}),
  }),
});

interface Example {
  readonly designation: string;
  readonly setup: unknown;
  readonly steps: unknown[];
}

/** Each setup with what stands under it, up to the next. */
const examples = blocks.slice(1).reduce<Example[]>((found, block) => {
  const designation = (block as { designation?: string }).designation;
  if (designation !== undefined) found.push({ designation, setup: block, steps: [] });
  else found.at(-1)?.steps.push(block);
  return found;
}, []);

async function play({ setup, steps }: Example): Promise<void> {
  const document = documentFrom(setupDocument.parse(setup));
  const faults = validateSetup(document, surroundings);
  const [first] = steps;
  if (typeof first === 'object' && first !== null && 'refused' in first) {
    expect(Object.fromEntries(faults.map(({ path, code }) => [path, code]))).toEqual(first.refused);
    return;
  }
  expect(faults).toEqual([]);
  const compiled = compileSetup(aSetup({ setupId: 'example', document }), surroundings.catalog);
  const world = new ExampleWorld(compiled, idOf);
  let directory: ExampleDirectory = given;
  let records: readonly ProductRecord[] = [];
  const isGuarded = steps.some((step) => typeof step === 'object' && step !== null && 'guard' in step);
  const derive = (): string[] => world.derive(directory, records, isGuarded ? 'askGuard' : 'yes', now);
  let staged = derive();
  for (const step of steps) {
    if (Array.isArray(step)) {
      records = await listed(recordsFrom(step, {}));
      world.people.clear();
    } else if (changeBlock.safeParse(step).success) {
      directory = changed(directory, changeBlock.parse(step));
    } else {
      check(world, document.removalGuard, staged, resultBlock.parse(step));
      continue;
    }
    staged = derive();
  }
}

async function listed<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function changed(directory: ExampleDirectory, { after }: z.output<typeof changeBlock>): ExampleDirectory {
  const users = Object.entries(after.users).map(([name, attributes]) => [
    name,
    attributes === null ? null : { ...directory.users[name], ...attributes },
  ]);
  return {
    ...directory,
    users: { ...directory.users, ...(Object.fromEntries(users) as ExampleDirectory['users']) },
    groups: { ...directory.groups, ...after.groups },
  };
}

function check(
  world: ExampleWorld,
  guard: Parameters<typeof judgeRemovals>[0],
  staged: readonly string[],
  result: Result,
): void {
  if ('refused' in result) throw new Error('A setup without faults is said to be refused.');
  if ('guard' in result) {
    const active = [...world.people.values()].filter(({ status }) => status === 'active').length;
    const verdict = judgeRemovals(guard, { staged: staged.length, carriedOut: 0, active });
    expect({ active, removals: staged, verdict }).toEqual(result.guard);
    return;
  }
  expect([...world.people.keys()].sort()).toEqual(Object.keys(result.people).sort());
  for (const [name, expected] of Object.entries(result.people))
    expect(shown(world, name, expected), name).toEqual(expected);
  const out = [...world.presented].filter(([name]) => !world.people.has(name));
  expect(
    Object.fromEntries(
      out.map(([name, presented]) => [
        name,
        presented.kind === 'out' ? presented.reason : world.isInConflict(name) ? 'conflict' : 'noRecord',
      ]),
    ),
  ).toEqual(result.out);
  for (const [reception, hosts] of Object.entries(result.hosts)) {
    const found = [...world.presented].filter(([, presented]) =>
      (presented.kind === 'in' ? presented.grants.hostsOf : presented.hostsOf).includes(reception),
    );
    expect(found.map(([name]) => name)).toEqual(hosts);
  }
  expect(world.conflicts).toEqual(result.conflicts);
}

/** Of a person what the example tells. */
function shown(world: ExampleWorld, name: string, expected: Expected): Expected {
  const person = world.people.get(name) as unknown as Readonly<Record<string, unknown>>;
  const days = (deleteAfter: unknown): number =>
    (Date.parse(String(deleteAfter)) - Date.parse(now)) / 86_400_000;
  return Object.fromEntries(
    Object.keys(expected).map((key) => [
      key,
      key === 'deleteAfterDays' ? days(person['deleteAfter']) : person[key],
    ]),
  );
}

describe('the documentation of setups', () => {
  it('has an example for every part of a setup, each with its result', () => {
    const parts = new Set(examples.flatMap(({ setup }) => Object.keys(setup as object)));
    expect([...parts].sort()).toEqual(Object.keys(setupDocument.shape).sort());
    for (const { steps, designation } of examples) expect(steps.length, designation).toBeGreaterThan(0);
  });

  it.each(examples)('tells rightly what comes of "$designation"', async (example) => {
    await play(example);
  });
});
