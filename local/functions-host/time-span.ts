const secondMs = 1_000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const pattern = /^(?:(\d+)\.)?(\d+):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/;

/**
 * Milliseconds of a .NET TimeSpan, the form of durations in host.json: `[d.]hh:mm[:ss[.fffffff]]` or whole days.
 * A first part above 23 is read as days, the real host's trap: `24:00:00` is twenty-four days.
 *
 * @throws Error when the text is no TimeSpan.
 * @see https://learn.microsoft.com/dotnet/api/system.timespan.parse
 */
export function parseTimeSpan(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * dayMs;
  const match = pattern.exec(text);
  if (match === null) throw notATimeSpan(text);
  const [, days, first = '0', second = '0', third = '0', fraction = '0'] = match;
  const firstIsDays = Number(first) > 23;
  if (firstIsDays && (days !== undefined || match[5] !== undefined)) throw notATimeSpan(text);
  const [hours, minutes, seconds] = firstIsDays ? [second, third, '0'] : [first, second, third];
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) throw notATimeSpan(text);
  const wholeDays = firstIsDays ? Number(first) : Number(days ?? 0);
  const milliseconds = Math.floor(Number(`0.${fraction}`) * secondMs);
  return (
    wholeDays * dayMs +
    Number(hours) * hourMs +
    Number(minutes) * minuteMs +
    Number(seconds) * secondMs +
    milliseconds
  );
}

function notATimeSpan(text: string): Error {
  return new Error(`"${text}" is not a duration of the form [d.]hh:mm:ss.`);
}
