import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseDeltaPage } from '../../../../shared/adapters/graph/delta-page-parser.js';
import { BASE_ATTRIBUTES } from '../../../../shared/core/selection.js';
import { USER_ATTRIBUTES } from '../../../../shared/core/mirror-rows.js';
import { BadPage } from '../../../../shared/core/failures.js';
import type { Resource } from '../../../../shared/core/resource.js';
import { GRAPH } from './stub-graph.js';

const origin = { address: `${GRAPH}/v1.0/users/delta`, graphOrigin: GRAPH };
const deltaLink = `${GRAPH}/v1.0/users/delta?$deltatoken=D`;
const nextLink = `${GRAPH}/v1.0/users/delta?$skiptoken=S`;

function parse(value: unknown, resource: Resource = 'users') {
  return parseDeltaPage(
    JSON.stringify({ value, '@odata.deltaLink': deltaLink }),
    resource,
    BASE_ATTRIBUTES[resource],
    origin,
  );
}

describe('a page of a delta round', () => {
  it('keeps present values, cleared ones as null, and says nothing of absent ones', () => {
    const page = parse([{ id: 'u1', displayName: 'Zoë', jobTitle: null, businessPhones: [] }]);
    expect(page.elements).toEqual([
      {
        kind: 'present',
        id: 'u1',
        attributes: { displayName: 'Zoë', jobTitle: null, businessPhones: [] },
        references: null,
      },
    ]);
    expect(page.link).toEqual({ kind: 'delta', url: deltaLink });
  });

  it('drops what was not selected', () => {
    const [element] = parse([{ id: 'u1', skills: ['x'], '@odata.type': '#microsoft.graph.user' }]).elements;
    expect(element).toMatchObject({ attributes: {} });
  });

  it('takes what a setup added besides: objects whole, dates, lists and extensions, cleared ones too', () => {
    const extension = `extension_${'0123456789abcdef'.repeat(2)}_costCentre`;
    const values = {
      employeeOrgData: { division: 'North', costCenter: null },
      onPremisesExtensionAttributes: { extensionAttribute1: 'a', extensionAttribute2: null },
      employeeHireDate: '2024-02-29T00:00:00Z',
      otherMails: ['a@b.example'],
      streetAddress: 'Line 1\r\nLine 2',
      [extension]: ['x', 'y'],
      state: null,
    };
    const names = [...USER_ATTRIBUTES, ...Object.keys(values), 'city'];
    const text = JSON.stringify({ value: [{ id: 'u1', ...values }], '@odata.deltaLink': deltaLink });
    const [element] = parseDeltaPage(text, 'users', names, origin).elements;
    expect(element).toMatchObject({ kind: 'present' });
    expect(element?.kind === 'present' && element.attributes).toEqual(values);
    const [unasked] = parseDeltaPage(text, 'users', USER_ATTRIBUTES, origin).elements;
    expect(unasked).toMatchObject({ attributes: {} });
  });

  it('tells a soft deletion from a final one, and takes an unknown reason for the one that can be undone', () => {
    const page = parse([
      { id: 'a', '@removed': { reason: 'changed' } },
      { id: 'b', '@removed': { reason: 'deleted' }, displayName: 'ignored' },
      { id: 'c', '@removed': {} },
      { id: 'd', '@removed': { reason: 'purged' } },
    ]);
    expect(page.elements).toEqual([
      { kind: 'removed', id: 'a', reason: 'changed' },
      { kind: 'removed', id: 'b', reason: 'deleted' },
      { kind: 'removed', id: 'c', reason: 'changed' },
      { kind: 'removed', id: 'd', reason: 'changed' },
    ]);
  });

  it('keeps the slice of members in order, their types, and which ended', () => {
    const page = parse(
      [
        {
          id: 'g1',
          'members@delta': [
            { '@odata.type': '#microsoft.graph.user', id: 'u1' },
            { '@odata.type': '#microsoft.graph.agentUser', id: 'u2' },
            { '@odata.type': '#microsoft.graph.group', id: 'g2', '@removed': { reason: 'deleted' } },
            { id: 'x' },
          ],
        },
      ],
      'groups',
    );
    expect(page.elements[0]).toMatchObject({
      references: [
        { id: 'u1', type: 'user', removed: false },
        { id: 'u2', type: 'agentUser', removed: false },
        { id: 'g2', type: 'group', removed: true },
        { id: 'x', type: 'directoryObject', removed: false },
      ],
    });
  });

  it('keeps every occurrence of a manager, the ended one too', () => {
    const page = parse([
      { id: 'u1', 'manager@delta': [{ id: 'm1', '@removed': { reason: 'deleted' } }, { id: 'm2' }] },
    ]);
    expect(page.elements[0]).toMatchObject({
      references: [
        { id: 'm1', type: 'user', removed: true },
        { id: 'm2', type: 'user', removed: false },
      ],
    });
  });

  it('keeps an object that occurs twice as often as it occurs, in order', () => {
    const page = parse([{ id: 'u1', displayName: 'A' }, { id: 'u2' }, { id: 'u1', displayName: 'B' }]);
    expect(page.elements.map((element) => element.id)).toEqual(['u1', 'u2', 'u1']);
  });

  it('accepts ids that are no GUIDs', () => {
    expect(parse([{ id: '632f6bb2-3ec8-4c1f-9073-0027a8c6859' }]).unusable).toEqual([]);
  });

  it.each([
    [{}],
    [{ id: '' }],
    [{ id: 7 }],
    [{ id: 'x'.repeat(201) }],
    [{ id: '|'.repeat(60) }],
    [{ id: '\ud800' }],
    [{ id: '..' }],
    [null],
    [42],
    [[]],
    ['x'],
  ])('sets an element without a usable id aside and keeps the rest: %j', (element) => {
    const page = parse([{ id: 'before' }, element, { id: 'behind' }]);
    expect(page.elements.map((kept) => kept.id)).toEqual(['before', 'behind']);
    expect(page.unusable).toHaveLength(1);
  });

  it('sets a member without a usable id aside and keeps the group', () => {
    const page = parse([{ id: 'g1', 'members@delta': [{}, { id: 'u1' }] }], 'groups');
    expect(page.elements[0]).toMatchObject({ references: [{ id: 'u1' }] });
    expect(page.unusable).toHaveLength(1);
  });

  it('shows no attribute of a person in what it sets aside', () => {
    const [aside] = parse([{ id: '', displayName: 'Ann Onymous' }]).unusable;
    expect(JSON.stringify(aside)).not.toContain('Ann');
  });

  it('does not look at the context, which may be wrong', () => {
    const text = JSON.stringify({ '@odata.context': 42, value: [], '@odata.nextLink': nextLink });
    expect(parseDeltaPage(text, 'users', USER_ATTRIBUTES, origin).link).toEqual({
      kind: 'next',
      url: nextLink,
    });
  });
});

describe('what is no page', () => {
  it.each([
    ['not JSON', '<html>'],
    ['empty', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['without a value', JSON.stringify({ '@odata.deltaLink': deltaLink })],
    ['a value that is no list', JSON.stringify({ value: {}, '@odata.deltaLink': deltaLink })],
    ['without a link', JSON.stringify({ value: [] })],
    [
      'with both links',
      JSON.stringify({ value: [], '@odata.nextLink': nextLink, '@odata.deltaLink': deltaLink }),
    ],
    ['with a link that is no text', JSON.stringify({ value: [], '@odata.nextLink': 1 })],
    [
      'with a foreign link',
      JSON.stringify({ value: [], '@odata.nextLink': 'https://evil.example/v1.0/users' }),
    ],
    ['with a relative link', JSON.stringify({ value: [], '@odata.nextLink': '/v1.0/users' })],
    [
      'with references that are no list',
      JSON.stringify({ value: [{ id: 'u1', 'manager@delta': {} }], '@odata.deltaLink': deltaLink }),
    ],
  ])('is refused with its address: %s', (_name, text) => {
    expect(() => parseDeltaPage(text, 'users', USER_ATTRIBUTES, origin)).toThrow(BadPage);
    expect(() => parseDeltaPage(text, 'users', USER_ATTRIBUTES, origin)).toThrow(origin.address);
  });

  it('names its address cut to 300 characters', () => {
    const address = `${GRAPH}/v1.0/users/delta?$skiptoken=${'t'.repeat(4000)}`;
    try {
      parseDeltaPage('', 'users', USER_ATTRIBUTES, { address, graphOrigin: GRAPH });
      expect.unreachable();
    } catch (error) {
      expect((error as BadPage).address).toHaveLength(300);
    }
  });
});

describe('any content', () => {
  const resource = fc.constantFrom<Resource>('users', 'groups');
  const link = fc.constantFrom(deltaLink, nextLink, 'https://evil.example/v1.0/', '', null);
  const loose = fc.jsonValue({ maxDepth: 3 });
  const element = fc.oneof(
    loose,
    fc.record(
      { id: fc.oneof(fc.string(), loose), '@removed': loose, 'members@delta': loose, 'manager@delta': loose },
      { requiredKeys: [] },
    ),
  );
  const page = fc.record(
    {
      value: fc.oneof(fc.array(element), loose),
      '@odata.nextLink': fc.oneof(link, loose),
      '@odata.deltaLink': fc.oneof(link, loose),
    },
    { requiredKeys: [] },
  );

  it('is a page or a BadPage, whatever the JSON', () => {
    fc.assert(
      fc.property(fc.oneof(page, loose), resource, (content, kind) => {
        try {
          const parsed = parseDeltaPage(JSON.stringify(content), kind, BASE_ATTRIBUTES[kind], origin);
          const given = (content as { value: unknown[] }).value.length;
          const elementsAside = parsed.unusable.filter(({ problem }) => problem.startsWith('an element'));
          expect(parsed.elements.length + elementsAside.length).toBe(given);
          expect(parsed.link.url.startsWith(`${GRAPH}/v1.0/`)).toBe(true);
        } catch (error) {
          if (!(error instanceof BadPage)) throw error;
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('is a page or a BadPage, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), resource, (text, kind) => {
        expect(() => parseDeltaPage(text, kind, BASE_ATTRIBUTES[kind], origin)).toThrow(BadPage);
      }),
    );
  });
});
