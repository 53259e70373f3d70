import { readFileSync } from 'node:fs';

interface StructuredType {
  readonly base?: string;
  readonly open?: boolean;
  /** Properties by which an object may be named in place of its id; only single ones are looked at. */
  readonly alternateKeys?: readonly (readonly string[])[];
  readonly properties: Readonly<Record<string, string>>;
  readonly navigation?: Readonly<Record<string, { readonly type: string; readonly collection: boolean }>>;
  readonly notNull?: readonly string[];
}

interface Operation {
  readonly on: string;
  readonly params: Readonly<Record<string, string>>;
  readonly notNull?: readonly string[];
  readonly returns?: string;
}

/** The shape of the index file. */
interface IndexFile {
  readonly container: {
    readonly entitySets: Readonly<Record<string, string>>;
    readonly singletons: Readonly<Record<string, string>>;
  };
  readonly entityTypes: Readonly<Record<string, StructuredType>>;
  readonly complexTypes: Readonly<Record<string, StructuredType>>;
  readonly operations: Readonly<Record<string, readonly Operation[]>>;
  readonly derived: Readonly<Record<string, readonly string[]>>;
}

/** Where a path stands: on a type or a collection of it, or on a bound operation. */
export interface Standing {
  readonly type: string;
  readonly collection: boolean;
  readonly operation?: Operation;
}

/** An index of Graph's own metadata: which paths, properties, navigations and operations exist. */
export class MetadataIndex {
  readonly #index: IndexFile;

  constructor(file: string) {
    this.#index = JSON.parse(readFileSync(file, 'utf8')) as IndexFile;
  }

  /** The first segment of a path. */
  root(segment: string): Standing | undefined {
    const set = this.#index.container.entitySets[segment];
    if (set !== undefined) return { type: set, collection: true };
    const singleton = this.#index.container.singletons[segment];
    return singleton === undefined ? undefined : { type: singleton, collection: false };
  }

  /** Whether the members of a type are in the index; otherwise nothing can be said of them. */
  knows(type: string): boolean {
    return Object.hasOwn(this.#index.entityTypes, type) || Object.hasOwn(this.#index.complexTypes, type);
  }

  /** One segment on; undefined when the metadata has no such. */
  step(from: Standing, segment: string): Standing | undefined {
    const name = segment.replace(/\(\)$/, '').replace(/^microsoft\.graph\./, '');
    const cast = segment.startsWith('microsoft.graph.') ? this.#cast(from, name) : undefined;
    if (cast !== undefined) return cast;
    const operation = this.#operation(from, name);
    if (operation !== undefined) return operation;
    if (from.collection) return { type: from.type, collection: false };
    const navigation = this.#find(from.type, (type) => type.navigation?.[segment]);
    if (navigation !== undefined) return { type: navigation.type, collection: navigation.collection };
    const property = this.#find(from.type, (type) => type.properties[segment]);
    return property === undefined ? undefined : unwrap(property);
  }

  /** Whether the type (its bases, what derives from it) has such a property, or a navigation if those count. */
  hasMember(type: string, name: string, navigations: boolean): boolean {
    const has = (each: StructuredType): true | undefined =>
      Object.hasOwn(each.properties, name) || (navigations && Object.hasOwn(each.navigation ?? {}, name))
        ? true
        : undefined;
    return [type, ...(this.#index.derived[type] ?? [])].some((each) => this.#find(each, has) === true);
  }

  hasAlternateKey(type: string, name: string): boolean {
    const keys = this.#index.entityTypes[type]?.alternateKeys ?? [];
    return keys.some((key) => key.length === 1 && key[0] === name);
  }

  hasNavigation(type: string, name: string): boolean {
    return this.#find(type, (each) => each.navigation?.[name]) !== undefined;
  }

  /** Whether null is refused for this property. */
  refusesNull(type: string, name: string): boolean {
    return this.#find(type, (each) => (each.notNull?.includes(name) === true ? true : undefined)) === true;
  }

  #cast(from: Standing, type: string): Standing | undefined {
    const fits = type === from.type || this.#index.derived[from.type]?.includes(type) === true;
    return fits ? { type, collection: from.collection } : undefined;
  }

  #operation(from: Standing, name: string): Standing | undefined {
    for (const type of this.#chain(from.type)) {
      const on = from.collection ? `Collection(${type})` : type;
      const operation = this.#index.operations[name]?.find((each) => each.on === on);
      if (operation === undefined) continue;
      return { ...unwrap(operation.returns ?? from.type), operation };
    }
    return undefined;
  }

  #find<T>(type: string, pick: (type: StructuredType) => T | undefined): T | undefined {
    for (const name of this.#chain(type)) {
      const definition = this.#index.entityTypes[name] ?? this.#index.complexTypes[name];
      const found = definition === undefined ? undefined : pick(definition);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  *#chain(type: string): Generator<string> {
    for (
      let name: string | undefined = type;
      name !== undefined;
      name = this.#index.entityTypes[name]?.base
    ) {
      yield name;
    }
  }
}

function unwrap(type: string): Standing {
  const inner = /^Collection\((.+)\)$/.exec(type)?.[1];
  return { type: inner ?? type, collection: inner !== undefined };
}
