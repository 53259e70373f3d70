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
  readonly storm: StormSize;
  /** Changes of B6, one after the other at random instants. */
  readonly changes: number;
}

/** Of B7. */
export interface StormSize {
  readonly tenants: number;
  readonly notifications: number;
  readonly seconds: number;
}

const thousand: DirectorySize = { users: 1_000, groups: 100, memberships: 10_000 };
const tenThousand: DirectorySize = { users: 10_000, groups: 1_000, memberships: 100_000 };
const hundredThousand: DirectorySize = { users: 100_000, groups: 10_000, memberships: 1_000_000 };

export const SMALL_RUN: BenchSizes = {
  main: tenThousand,
  small: thousand,
  storm: { tenants: 10, notifications: 10_000, seconds: 20 },
  changes: 30,
};
export const LARGE_RUN: BenchSizes = {
  main: hundredThousand,
  small: tenThousand,
  storm: { tenants: 200, notifications: 100_000, seconds: 60 },
  changes: 100,
};

export function describeSize({ users, groups, memberships }: DirectorySize): string {
  return `${withCommas(users)} users, ${withCommas(groups)} groups, ${withCommas(memberships)} memberships`;
}

export function withCommas(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
