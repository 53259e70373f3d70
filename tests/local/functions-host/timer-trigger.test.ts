import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHostProcess, type HostProcess } from './host-process.js';

interface Tick {
  tick: string;
  running: number;
  timer: {
    isPastDue: boolean;
    schedule: { adjustForDST: boolean };
    scheduleStatus: { last: string; next: string; lastUpdated: string } | null;
  };
}

describe('the timer trigger', () => {
  let host: HostProcess;
  let port: number;

  beforeAll(async () => {
    host = startHostProcess({ app: 'timer-app.mjs', env: { EVERY_SECOND: '* * * * * *' } });
    port = await host.ready();
  });
  afterAll(async () => {
    await host.stop();
  });

  const fire = (name: string, init?: RequestInit) =>
    fetch(`http://127.0.0.1:${port}/admin/functions/${name}`, { method: 'POST', ...init });
  const ticks = () =>
    host.lines
      .filter((line) => line.includes('{"tick"'))
      .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Tick);

  it('ticks by its schedule, taken from a setting', async () => {
    const seconds = () => host.lines.filter((line) => line.endsWith('a second')).length;
    await expect.poll(seconds, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
  });

  it('runs at the start only what asks for it', async () => {
    await host.line((line) => line === 'ran at start');
    expect(ticks()).toEqual([]);
  });

  it('fires a timer by POST, any case of its name, and answers 202 before it has run', async () => {
    for (const body of [undefined, '{}', '{ "input": "x" }']) {
      const answer = await fire('YEARLY', body === undefined ? {} : { body });
      expect(answer.status).toBe(202);
    }
    await expect.poll(() => ticks().length, { timeout: 30_000 }).toBe(3);
  });

  it('never lets runs of one timer overlap, however often it is fired', () => {
    expect(ticks().map((tick) => tick.running)).toEqual([1, 1, 1]);
  });

  it('passes the timer as the real host does', () => {
    const year = new Date().getUTCFullYear() + 1;
    const first = ticks()[0]?.timer;
    expect(first?.isPastDue).toBe(false);
    expect(first?.schedule).toEqual({ adjustForDST: true });
    expect(first?.scheduleStatus?.last).toBe('0001-01-01T00:00:00');
    expect(first?.scheduleStatus?.next).toBe(`${year}-01-01T03:00:00.000+00:00`);
    const second = ticks()[1]?.timer.scheduleStatus?.last;
    expect(Date.now() - Date.parse(second ?? '')).toBeLessThan(60_000);
  });

  it('answers what cannot be fired', async () => {
    expect((await fire('unknown')).status).toBe(404);
    expect((await fire('page')).status).toBe(400);
    expect((await fire('yearly', { body: 'not json' })).status).toBe(400);
    expect((await fetch(`http://127.0.0.1:${port}/admin/functions/yearly`)).status).toBe(405);
    expect((await fetch(`http://127.0.0.1:${port}/admin/elsewhere`)).status).toBe(404);
  });

  it('logs a run that failed and stays up', async () => {
    expect((await fire('failing')).status).toBe(202);
    await host.line(
      (line) => line.startsWith('[error] [Function.failing]') && line.includes('no luck tonight'),
    );
    expect((await fetch(`http://127.0.0.1:${port}/api/page`)).status).toBe(200);
  });
});
