/** How large the directory of a measurement is. */
export interface DirectorySize {
  readonly users: number;
  readonly groups: number;
  /** About; the samples round per group. */
  readonly memberships: number;
}

/** The sizes of one run of the benchmark. */
export interface BenchSizes {
  readonly main: DirectorySize;
  /** What the memory at the main size is compared with. */
  readonly small: DirectorySize;
}

const thousand: DirectorySize = { users: 1_000, groups: 100, memberships: 10_000 };
const tenThousand: DirectorySize = { users: 10_000, groups: 1_000, memberships: 100_000 };
const hundredThousand: DirectorySize = { users: 100_000, groups: 10_000, memberships: 1_000_000 };

export const SMALL_RUN: BenchSizes = { main: tenThousand, small: thousand };
export const LARGE_RUN: BenchSizes = { main: hundredThousand, small: tenThousand };

export function describeSize({ users, groups, memberships }: DirectorySize): string {
  return `${withCommas(users)} users, ${withCommas(groups)} groups, ${withCommas(memberships)} memberships`;
}

export function withCommas(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
