import { hostView, type Scene } from '../sync-tenant/scene.js';

const MINUTE = 60_000;

/** The timer ticks and the jobs run, in steps of ten minutes. */
export async function pass(scene: Scene, days: number): Promise<void> {
  for (let tick = 0; tick < days * 144; tick += 1) {
    await scene.world.clock.advance(10 * MINUTE);
    await scene.world.host(hostView()).scheduleSweeps();
    await scene.settle(0);
  }
}
