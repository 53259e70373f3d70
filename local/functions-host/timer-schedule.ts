import { CronExpressionParser, type CronExpression } from 'cron-parser';

/** When a timer fires: a six-field NCRONTAB expression (seconds first), read in UTC. */
export interface TimerSchedule {
  /** The first occurrence after the instant. */
  next(after: Date): Date;
}

/** Days in a row that could be fully passed over by a date that never comes, such as 30 February. */
const searchLimit = 10_000;

/**
 * Parses an NCRONTAB expression. Where both day of month and day of week are given, both must hold; other cron
 * dialects take either.
 *
 * @throws Error when the expression does not have six valid fields.
 * @see https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions
 */
export function parseSchedule(expression: string): TimerSchedule {
  const fields = expression.trim().split(/\s+/);
  if (fields.length !== 6) {
    throw new Error(`The schedule "${expression}" does not have six fields, seconds first.`);
  }
  const text = fields.join(' ');
  const bothDays = isRestricted(fields[3]) && isRestricted(fields[5]);
  parseAt(text, new Date(0));
  return { next: (after) => nextOccurrence(parseAt(text, after), bothDays) };
}

function parseAt(text: string, currentDate: Date): CronExpression {
  try {
    return CronExpressionParser.parse(text, { currentDate, tz: 'UTC' });
  } catch (error) {
    throw new Error(`The schedule "${text}" is not valid: ${(error as Error).message}`, { cause: error });
  }
}

function nextOccurrence(expression: CronExpression, bothDays: boolean): Date {
  const daysOfMonth = new Set<unknown>(expression.fields.dayOfMonth.values);
  const daysOfWeek = new Set<unknown>(expression.fields.dayOfWeek.values);
  for (let tries = 0; tries < searchLimit; tries += 1) {
    const instant = expression.next().toDate();
    if (!bothDays) return instant;
    if (daysOfMonth.has(instant.getUTCDate()) && daysOfWeek.has(instant.getUTCDay())) return instant;
  }
  throw new Error('The schedule never comes.');
}

function isRestricted(field: string | undefined): boolean {
  return field !== '*' && field !== '?';
}
