/**
 * How long things took: by the number of a bucket, how many fell in. Each bucket reaches about 9 % further than the one
 * below it, so that any quantile is told to within that, however many durations there are and however they are added up.
 */
export type DurationHistogram = Readonly<Record<string, number>>;

export const NO_DURATIONS: DurationHistogram = {};

/** Eight buckets to each doubling. */
const BUCKETS_PER_DOUBLING = 8;

/** Below it all is one. */
const SHORTEST_MS = 10;

/** @param milliseconds negative counts as none: clocks differ; @param times how often it happened */
export function withDuration(
  histogram: DurationHistogram,
  milliseconds: number,
  times: number,
): DurationHistogram {
  if (times <= 0) return histogram;
  const bucket = String(bucketOfDuration(milliseconds));
  return { ...histogram, [bucket]: (histogram[bucket] ?? 0) + times };
}

/** In whatever order they are added: the same. */
export function addedUp(histograms: readonly DurationHistogram[]): DurationHistogram {
  const sum: Record<string, number> = {};
  for (const histogram of histograms)
    for (const [bucket, times] of Object.entries(histogram)) sum[bucket] = (sum[bucket] ?? 0) + times;
  return sum;
}

export function durationsIn(histogram: DurationHistogram): number {
  return Object.values(histogram).reduce((sum, times) => sum + times, 0);
}

/**
 * The time in milliseconds within which that share of all was done, at most 9 % too long and never too short; null of
 * nothing.
 * @param share above 0, at most 1
 */
export function quantileOf(histogram: DurationHistogram, share: number): number | null {
  const wanted = durationsIn(histogram) * share;
  if (wanted === 0) return null;
  const buckets = Object.keys(histogram)
    .map(Number)
    .sort((a, b) => a - b);
  let counted = 0;
  for (const bucket of buckets) {
    counted += histogram[String(bucket)] ?? 0;
    if (counted >= wanted) return endOf(bucket);
  }
  return endOf(buckets.at(-1) ?? 0);
}

function bucketOfDuration(milliseconds: number): number {
  if (milliseconds <= SHORTEST_MS) return 0;
  const bucket = Math.ceil(Math.log2(milliseconds / SHORTEST_MS) * BUCKETS_PER_DOUBLING);
  // The logarithm of a bucket's own end may come out a little above it.
  return endOf(bucket - 1) >= milliseconds ? bucket - 1 : bucket;
}

/** The longest duration that falls in, milliseconds. */
function endOf(bucket: number): number {
  return Math.round(SHORTEST_MS * 2 ** (bucket / BUCKETS_PER_DOUBLING));
}
