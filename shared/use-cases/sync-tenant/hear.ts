import { heard, isNews } from '../../core/hearing.js';
import type { Session } from './session.js';
import type { WakeUp } from './wake-up.js';

/**
 * Notes that a notification came: at once where that is news, else with whatever is saved of the resource next, so that
 * a storm costs no writes of its own.
 */
export async function hear(session: Session, job: WakeUp): Promise<void> {
  if (job.kind !== 'notification' || job.arrivedAt === undefined) return;
  const { states } = session;
  const state = states[job.resource];
  const at = new Date(job.arrivedAt).toISOString();
  const after = { ...state, hearing: heard(state.hearing, at) };
  if (isNews(state.hearing, at)) await session.saveState(after);
  else states[job.resource] = after;
}
