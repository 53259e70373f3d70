/** Asks one part of the outside world whether it can be worked with. */
export interface HealthProbe {
  /** As /api/health names it, e.g. "tables". */
  readonly name: string;
  /** Rejects where the part is not ready. */
  check(): Promise<void>;
}
