/** So many names are all listed; of more, only the one that was probably meant. */
const FEW = 8;
/** Letters that may differ in a slip of the pen; of short names fewer. */
const MOST_SLIPS = 2;

/**
 * Returns the hint that follows "There is no field x.", with a space before it: the known name that is nearest, or all
 * of them if they are few. Empty when neither helps.
 */
export function knownNames(name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  if (nearest !== null) return ` Did you mean ${nearest}?`;
  return known.length === 0 || known.length > FEW ? '' : ` Known are ${known.join(', ')}.`;
}

function nearestOf(name: string, known: readonly string[]): string | null {
  const folded = foldedName(name);
  // What is much longer than any name is none of them, and is not worth comparing.
  if (folded === '' || folded.length > 64) return null;
  const most = Math.min(MOST_SLIPS, Math.floor(folded.length / 3));
  let best: { readonly name: string; readonly slips: number } | null = null;
  for (const each of known) {
    const slips = slipsBetween(folded, foldedName(each));
    if (slips <= most && (best === null || slips < best.slips)) best = { name: each, slips };
  }
  return best?.name ?? null;
}

/** `Display Name`, `display_name` and `displayName` are the same to a person. */
function foldedName(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/g, '');
}

/** Letters to insert, take out or replace: the distance of Levenshtein. */
function slipsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
