import { NumbersTally, type Numbers } from '../../core/people/numbers.js';
import type { DerivationPorts } from './derivation-ports.js';
import {
  batchesOf,
  entraCount,
  numbersSubject,
  tallied,
  type NotCounted,
  type NumbersKey,
} from './numbers-subject.js';

export interface ExplainedNumbers {
  /** False while something that counts was not read to its end. */
  readonly exact: boolean;
  /** What Entra shows. */
  readonly entra: number;
  readonly people: number;
  readonly reasons: Numbers['reasons'];
  readonly remarks: Numbers['remarks'];
}

export type ExplainNumbersOutcome =
  { readonly kind: 'found'; readonly numbers: ExplainedNumbers } | NotCounted;

/** Why the number of people here differs from Entra's: everybody whom Entra counts, once, by the first reason. */
export async function explainNumbers(
  ports: DerivationPorts,
  key: NumbersKey,
): Promise<ExplainNumbersOutcome> {
  const subject = await numbersSubject(ports, key);
  if (subject.kind !== 'found') return subject;
  const tally = new NumbersTally(0);
  const { scope, exact } = subject;
  if (scope !== null)
    for await (const batch of batchesOf(ports, scope, subject, 0))
      await tallied(ports, scope, subject, batch, tally);
  const numbers = tally.result();
  const { people, reasons, remarks } = numbers;
  return { kind: 'found', numbers: { exact, entra: entraCount(numbers), people, reasons, remarks } };
}
