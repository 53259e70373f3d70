import { z } from 'zod';

/** A body of type text/csv, in slices as it was decoded: putting a long one together would keep others waiting. */
export class CsvText {
  constructor(readonly slices: readonly string[]) {}
}

/** Of a body that may be CSV. */
export const csvText = z.instanceof(CsvText).meta({ type: 'string', description: 'CSV, of type text/csv.' });
