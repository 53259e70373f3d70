import type { OutputStream } from '../stack/part.js';

/** Characters of a line at the terminal; the rest is cut off. */
const LONGEST = 240;
/** As many different lines are remembered, so that one that comes again and again is shown once a minute. */
const REMEMBERED = 500;
const AGAIN_MS = 60_000;

const OF_THE_HOST = /^\[(\w+)\] \[([^\]]*)\] (.*)$/;
const WARNS = new Set(['warning', 'error', 'critical']);

/** Lines of a stack, and what Node itself says. */
const NOT_ITS_OWN = /^(?:\s|\(node:|\(Use `node)/;

/**
 * What a functions host writes, in short, where it warns or tells of an error; else null. The host's own lines name
 * their level, the app's come by `console`: its warnings and errors on `stderr`.
 */
export function shortWarning(line: string, stream: OutputStream): string | null {
  const [, level, category, message] = OF_THE_HOST.exec(line) ?? [];
  if (level === undefined || category === undefined || message === undefined)
    return stream === 'stderr' && line !== '' && !NOT_ITS_OWN.test(line) ? cut(`[app] ${line}`) : null;
  return WARNS.has(level) ? cut(`[${level}] ${category.replace(/^Function\./, '')}: ${message}`) : null;
}

function cut(text: string): string {
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
): (part: string, line: string, stream: OutputStream) => void {
  const shownAt = new Map<string, number>();
  return (part, line, stream) => {
    const short = part.startsWith('functions') ? shortWarning(line, stream) : null;
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
