import { ServiceBusClient, type ServiceBusMessage } from '@azure/service-bus';
import { onTestFinished } from 'vitest';
import { startHostProcess, type HostProcess } from './host-process.js';

export const queueName = 'jobs';

/** A line that the sample app printed about a message. */
export interface Event {
  readonly event: 'begin' | 'end';
  readonly note: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly message?: unknown;
  readonly triggerMetadata?: Record<string, unknown>;
}

/** The host running the sample app on a queue, and a sender to that queue; both end with the test. */
export interface BusBench {
  readonly host: HostProcess;
  readonly send: (...messages: ServiceBusMessage[]) => Promise<void>;
  readonly release: (note: string) => Promise<void>;
  /** What has happened so far, in order, as `begin note` and `end note`. */
  readonly story: () => string[];
  readonly events: () => Event[];
  /** Waits until something has happened `count` times. */
  readonly happened: (what: string, count?: number) => Promise<Event>;
}

export function connectionString(port: number): string {
  return (
    `Endpoint=sb://localhost:${port};SharedAccessKeyName=RootManageSharedAccessKey;` +
    'SharedAccessKey=any;UseDevelopmentEmulator=true;'
  );
}

/** Sends over a connection of its own, as after the broker was away. */
export async function sendAnew(brokerPort: number, message: ServiceBusMessage): Promise<void> {
  const client = new ServiceBusClient(connectionString(brokerPort));
  await client.createSender(queueName).sendMessages(message);
  await client.close();
}

export async function startBusBench(
  brokerPort: number,
  serviceBus: object = {},
  env: Record<string, string> = { SERVICE_BUS: connectionString(brokerPort) },
): Promise<BusBench> {
  const client = new ServiceBusClient(connectionString(brokerPort));
  const sender = client.createSender(queueName);
  const host = startHostProcess({
    app: 'bus-app.mjs',
    hostJson: { extensions: { serviceBus: { sessionIdleTimeout: '00:00:01', ...serviceBus } } },
    env: { QUEUE: queueName, ...env },
  });
  onTestFinished(async () => {
    await client.close();
    host.signal('SIGKILL');
    await host.ended;
  });
  const port = await host.ready();
  const events = () => host.lines.filter((line) => line.includes('{"event"')).map(readEvent);
  const named = (what: string) => events().filter((event) => `${event.event} ${event.note}` === what);
  return {
    host,
    send: async (...messages) => {
      for (const message of messages) await sender.sendMessages(message);
    },
    release: async (note) => {
      await fetch(`http://127.0.0.1:${port}/api/release/${note}`, { method: 'POST' });
    },
    events,
    story: () => events().map((event) => `${event.event} ${event.note}`),
    happened: async (what, count = 1) => {
      await host.line(() => named(what).length >= count);
      return named(what)[count - 1]!;
    },
  };
}

function readEvent(line: string): Event {
  return JSON.parse(line.slice(line.indexOf('{'))) as Event;
}
