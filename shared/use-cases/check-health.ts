import { causeText } from '../core/cause-text.js';
import type { Clock } from '../ports/clock.js';
import type { HealthProbe } from '../ports/health-probe.js';
import type { Log } from '../ports/log.js';

export interface Health {
  readonly ready: boolean;
  /** By the name of the part. */
  readonly parts: Readonly<Record<string, boolean>>;
}

/** Answers are kept so long, since anybody may ask. */
const KEPT_MS = 1000;
/** A part that has not answered by then is not ready. */
const PATIENCE_MS = 5000;

/** Makes the question whether every part answers; those who ask at once share one round of probes. */
export function healthCheck(
  probes: readonly HealthProbe[],
  ports: { readonly clock: Clock; readonly log: Log },
): () => Promise<Health> {
  let kept: { readonly until: number; readonly health: Promise<Health> } | null = null;
  return () => {
    const now = ports.clock.monotonic();
    if (kept === null || now >= kept.until) kept = { until: now + KEPT_MS, health: ask(probes, ports) };
    return kept.health;
  };
}

async function ask(
  probes: readonly HealthProbe[],
  ports: { readonly clock: Clock; readonly log: Log },
): Promise<Health> {
  const answers = await Promise.all(
    probes.map(async (probe): Promise<[string, boolean]> => [probe.name, await isReady(probe, ports)]),
  );
  return { ready: answers.every(([, ready]) => ready), parts: Object.fromEntries(answers) };
}

async function isReady(
  probe: HealthProbe,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<boolean> {
  try {
    const answered = probe.check().then(() => true);
    const ready = await Promise.race([answered, clock.wait(PATIENCE_MS).then(() => false)]);
    if (!ready) log.warn('A part did not answer in time', { part: probe.name });
    return ready;
  } catch (failure) {
    log.warn('A part is not ready', { part: probe.name, cause: causeText(failure) });
    return false;
  }
}
