import { z } from 'zod';

/**
 * What neither a table, a log line nor a screen can be trusted with: control characters (NUL among them) and halves
 * of surrogate pairs, which no UTF-8 has.
 */
const PLAIN = /^[^\p{Cc}\p{Cs}]*$/u;
const MUST_BE_PLAIN = 'must have no control characters and no broken characters';

function isPlainText(text: string): boolean {
  return PLAIN.test(text);
}

/** Text that somebody chose, on one line and without white space around it. */
export function freeText(most: number) {
  return z.string().trim().min(1).max(most).regex(PLAIN, MUST_BE_PLAIN);
}

/** A value that is taken as it is given, but for white space around it. */
export function givenSecret(most: number) {
  return z
    .string()
    .max(most)
    .refine((value) => value.trim() !== '', 'must not be empty')
    .refine((value) => isPlainText(value.trim()), MUST_BE_PLAIN);
}
