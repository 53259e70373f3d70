import { ApiError } from './errors.js';

/** The name of a column as it is compared: in small letters, without spaces, `_` and `-`. */
export function comparableName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/** @throws ApiError if a column in front of the last one has no name */
export function requireNames(header: readonly string[]): void {
  const unnamed = header.indexOf('');
  if (unnamed >= 0)
    throw new ApiError('InvalidRequest', `Column ${unnamed + 1} has no name: name it, or remove it.`);
}
