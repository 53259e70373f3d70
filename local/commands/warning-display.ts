/** Characters of a line at the terminal; the rest is cut off. */
const LONGEST = 240;
/** As many different lines are remembered, so that one that comes again and again is shown once a minute. */
const REMEMBERED = 500;
const AGAIN_MS = 60_000;

const WARNING = /^\[(warning|error|critical)\] \[([^\]]*)\] (.*)$/;

/** A line of the functions host in short, where it warns or tells of an error; else null. */
export function shortWarning(line: string): string | null {
  const [, level, category, message] = WARNING.exec(line) ?? [];
  if (level === undefined || category === undefined || message === undefined) return null;
  const text = `[${level}] ${category.replace(/^Function\./, '')}: ${message}`;
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1)}…`;
}

/**
 * Shows warnings and errors of the functions hosts, since they say what goes wrong while nobody asks. The same line
 * is shown once a minute.
 * @param now epoch milliseconds
 */
export function createWarningDisplay(
  show: (line: string) => void,
  now: () => number = Date.now,
): (part: string, line: string) => void {
  const shownAt = new Map<string, number>();
  return (part, line) => {
    const short = part.startsWith('functions') ? shortWarning(line) : null;
    if (short === null) return;
    const before = shownAt.get(short);
    if (before !== undefined && now() - before < AGAIN_MS) return;
    shownAt.delete(short);
    shownAt.set(short, now());
    const [oldest] = shownAt.keys();
    if (shownAt.size > REMEMBERED && oldest !== undefined) shownAt.delete(oldest);
    show(short);
  };
}
