import type { Catalog } from '../catalog/catalog.js';
import { compileCondition, type Predicate } from '../condition/compile-condition.js';
import { foldCase } from '../condition/fold-case.js';
import { parseCondition } from '../condition/parse-condition.js';
import type { AttributeValue } from '../mirror-rows.js';
import { parseSource, type FieldSource } from '../setup/field-catalog.js';
import { effectiveFields } from '../setup/presets.js';
import { ruleNamesOf, type RuleNames } from '../setup/rule-names.js';
import type { FieldMapping, Setup, SetupDocument } from '../setup/setup.js';
import { compileGrants, type CompiledGrants } from './compile-grants.js';
import type { CompiledRule } from './rules-holding.js';
import { readerOf, textOf, type FieldReader, type FieldSubject } from './field-reader.js';

/**
 * Field that a connection attribute of mode `flag` adds: true for who is marked as moved to the cloud, false for
 * who is not. It takes the place of a mapped field of that name.
 */
export const CONNECTION_FIELD = 'movedToCloud';

export interface CompiledField extends FieldMapping {
  readonly read: FieldReader;
}

/** A setup made ready to derive many people: everything is parsed, and everything is found by its key. */
export interface CompiledSetup {
  readonly setup: Setup;
  readonly scopeGroups: ReadonlySet<string>;
  readonly excludedGroups: ReadonlySet<string>;
  readonly filter: Predicate<FieldSubject> | null;
  /** Whether the connection attribute fits; null where the setup names none. */
  readonly connection: { readonly mode: 'flag' | 'require'; readonly fits: Predicate<FieldSubject> } | null;
  readonly initials: FieldReader | null;
  readonly fields: readonly CompiledField[];
  /** Names that the product may see among the attributes. */
  readonly visible: ReadonlySet<string>;
  readonly grants: CompiledGrants;
  /** Every field that decides anything, by the name it is written with. */
  readonly readers: ReadonlyMap<string, FieldReader>;
}

/**
 * @throws {Error} where the document was never validated: a filter that cannot be read must let nobody in or out
 */
export function compileSetup(setup: Setup, catalog: Catalog): CompiledSetup {
  const { document } = setup;
  const { attributes, scope } = document;
  const names = new ReaderNames(document);
  const fields = effectiveFields(attributes).map((field) => ({ ...field, read: names.reader(field.from) }));
  const connection = compileConnection(document, names);
  return {
    setup,
    scopeGroups: new Set(scope.groupIds),
    excludedGroups: new Set(scope.excludeGroupIds),
    filter: scope.filter === null ? null : names.rule(scope.filter).holds,
    connection,
    initials: attributes.initialsFrom === null ? null : names.initials(attributes.initialsFrom),
    fields,
    visible: visibleNames(attributes),
    grants: compileGrants(document, catalog, (where) => names.rule(where)),
    readers: names.used,
  };
}

/** Names that the product may see among the attributes. */
export function visibleNames(attributes: SetupDocument['attributes']): ReadonlySet<string> {
  const fields = effectiveFields(attributes).filter((field) => field.visible);
  const names = fields.map(({ to }) => to);
  return new Set(attributes.connection?.mode === 'flag' ? [...names, CONNECTION_FIELD] : names);
}

/** Reads what names stand for, and remembers which were asked for. */
class ReaderNames {
  readonly used = new Map<string, FieldReader>();
  readonly #fallback: 'userPrincipalName' | null;
  readonly #ruleNames: RuleNames;
  readonly #rules = new Map<string, CompiledRule>();

  constructor({ attributes }: SetupDocument) {
    this.#fallback = attributes.mailFallback;
    this.#ruleNames = ruleNamesOf(effectiveFields(attributes));
  }

  reader(name: string): FieldReader {
    return this.#read(name, sourceNamed(name));
  }

  /** Of a user name or mail only what stands before the `@`. */
  initials(name: string): FieldReader {
    const source = sourceNamed(name);
    if (source.kind !== 'attribute') return this.#read(name, source);
    const { name: attribute } = source;
    return attribute === 'userPrincipalName' || attribute === 'mail'
      ? this.#read(`${attribute}.localPart`, { kind: 'localPart', attribute })
      : this.#read(name, source);
  }

  rule(text: string): CompiledRule {
    const rule = this.#rules.get(text) ?? this.#compiled(text);
    this.#rules.set(text, rule);
    return rule;
  }

  #compiled(text: string): CompiledRule {
    const parsed = parseCondition(text);
    if (parsed.kind === 'faulty') throw new Error(`A condition cannot be read: ${parsed.fault.message}`);
    const reads: FieldReader[] = [];
    const holds = compileCondition<FieldSubject>(parsed.condition, (name) => {
      const found = this.#ruleNames(name);
      if (found.kind !== 'field') throw new Error(`No condition may name "${name}".`);
      const reader = this.#read(found.field.name, found.field.source);
      reads.push(reader);
      return reader;
    });
    return { holds, reads };
  }

  #read(name: string, source: FieldSource): FieldReader {
    const known = this.used.get(name);
    if (known !== undefined) return known;
    const reader = readerOf(source, this.#fallback);
    this.used.set(name, reader);
    return reader;
  }
}

function sourceNamed(name: string): FieldSource {
  const source = parseSource(name);
  if (source === null) throw new Error(`There is no field "${name}".`);
  return source;
}

function compileConnection({ attributes }: SetupDocument, names: ReaderNames): CompiledSetup['connection'] {
  const { connection } = attributes;
  if (connection === null) return null;
  const read = names.reader(connection.attribute);
  const wanted = foldCase(connection.equals);
  const equals = (value: AttributeValue): boolean =>
    Array.isArray(value)
      ? (value as readonly AttributeValue[]).some(equals)
      : value !== null && typeof value !== 'object' && foldCase(String(value)) === wanted;
  return { mode: connection.mode, fits: (subject) => equals(read(subject)) };
}

/** Initials of a person; numbers of an extension attribute count as text. */
export function initialsOf(value: ReturnType<FieldReader>): string | null {
  return textOf(typeof value === 'number' ? String(value) : value)?.trim() ?? null;
}
