import { ApiError } from './errors.js';

/** The name of a column as it is compared: in small letters, without spaces, `_` and `-`. */
export function comparableName(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}

/**
 * @param header names of columns as they are given
 * @param fields what each column holds
 * @param mayRepeat the field of which there may be several columns
 * @throws ApiError if two columns hold the same field
 */
export function requireDistinct(
  header: readonly string[],
  fields: readonly string[],
  mayRepeat: string | null = null,
): void {
  const firstAt = new Map<string, number>();
  for (const [at, field] of fields.entries()) {
    const before = firstAt.get(field);
    if (before !== undefined && field !== mayRepeat)
      throw new ApiError(
        'InvalidRequest',
        `Columns ${placeOf(header, before)} and ${placeOf(header, at)} both hold ${field}: remove or rename one of them.`,
        { target: field },
      );
    firstAt.set(field, before ?? at);
  }
}

function placeOf(header: readonly string[], at: number): string {
  return `${at + 1} (${JSON.stringify(header[at] ?? '')})`;
}

/** @throws ApiError if a column in front of the last one has no name */
export function requireNames(header: readonly string[]): void {
  const unnamed = header.indexOf('');
  if (unnamed >= 0)
    throw new ApiError('InvalidRequest', `Column ${unnamed + 1} has no name: name it, or remove it.`);
}
