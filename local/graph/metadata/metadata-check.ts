import type { MetadataViolation } from '../control-api.js';
import { isExtension } from '../directory/attributes.js';
import { MetadataIndex, type Standing } from './metadata-index.js';

/** Checks every request against the metadata index, and keeps what it found wrong. */
export class MetadataCheck {
  readonly #index: MetadataIndex;
  #violations: MetadataViolation[] = [];

  constructor(file: string) {
    this.#index = new MetadataIndex(file);
  }

  violations(): readonly MetadataViolation[] {
    return this.#violations;
  }

  clear(): void {
    this.#violations = [];
  }

  /** What is wrong with the request, recorded; undefined when nothing is, or nothing can be said. */
  check(method: string, path: string, params: URLSearchParams, body: string): string | undefined {
    const reason = this.#judge(method, path, params, body);
    if (reason !== undefined) this.#violations.push({ method, path, reason });
    return reason;
  }

  #judge(method: string, path: string, params: URLSearchParams, body: string): string | undefined {
    if (path === '/$batch') return undefined;
    const standing = this.#walk(path);
    if (typeof standing === 'string' || standing === undefined) return standing;
    return (
      this.#selected(standing, option(params, 'select')) ??
      this.#expanded(standing, option(params, 'expand')) ??
      (method === 'GET' || body === '' ? undefined : this.#body(standing, body))
    );
  }

  /** Where the path ends, or what is wrong with it; undefined beyond what the index covers. */
  #walk(path: string): Standing | string | undefined {
    const [first = '', ...rest] = path.slice(1).split('/').map(decodeURIComponent);
    let standing = this.#root(first);
    if (standing === undefined) return `there is no '${first}'`;
    for (const segment of rest) {
      if (segment === '$count' || segment === '$ref' || segment === '$value') return standing;
      if (!this.#index.knows(standing.type)) return undefined;
      const next: Standing | undefined = this.#index.step(standing, segment);
      if (next === undefined) return `'${standing.type}' has no '${segment}'`;
      standing = next;
    }
    return this.#index.knows(standing.type) ? standing : undefined;
  }

  /** A collection, or one of it by an alternate key, `directoryRoles(roleTemplateId='…')`. */
  #root(segment: string): Standing | undefined {
    const [, collection, key] = /^(\w+)\((\w+)='[^']*'\)$/.exec(segment) ?? [];
    if (collection === undefined || key === undefined) return this.#index.root(segment);
    const standing = this.#index.root(collection);
    const known = standing !== undefined && this.#index.hasAlternateKey(standing.type, key);
    return known ? { ...standing, collection: false } : undefined;
  }

  #selected(standing: Standing, select: string | undefined): string | undefined {
    const isDelta = standing.operation !== undefined;
    for (const name of select?.split(',').map((each) => each.trim()) ?? []) {
      if (name === '' || name === '*' || isExtension(name)) continue;
      if (!this.#index.hasMember(standing.type, name, isDelta))
        return `'${standing.type}' has no property '${name}'`;
    }
    return undefined;
  }

  #expanded(standing: Standing, expand: string | undefined): string | undefined {
    const name = /^\s*(\w+)/.exec(expand ?? '')?.[1];
    if (name === undefined || this.#index.hasNavigation(standing.type, name)) return undefined;
    return `'${standing.type}' has no navigation '${name}'`;
  }

  #body(standing: Standing, text: string): string | undefined {
    const body = parsed(text);
    if (body === undefined) return 'the body is no JSON object';
    for (const [name, value] of Object.entries(body)) {
      if (name.includes('@')) continue;
      if (standing.operation !== undefined) {
        if (!Object.hasOwn(standing.operation.params, name))
          return `the operation has no parameter '${name}'`;
        continue;
      }
      const known = isExtension(name) || this.#index.hasMember(standing.type, name, true);
      if (!known) return `'${standing.type}' has no property '${name}'`;
      if (value === null && this.#index.refusesNull(standing.type, name)) return `'${name}' may not be null`;
    }
    const missing = standing.operation?.notNull?.find((name) => body[name] === undefined);
    return missing === undefined ? undefined : `the operation needs the parameter '${missing}'`;
  }
}

function option(params: URLSearchParams, name: string): string | undefined {
  for (const [key, value] of params) if (key.replace(/^\$/, '').toLowerCase() === name) return value;
  return undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
