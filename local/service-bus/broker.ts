import { AmqpServer } from './amqp/amqp-server.js';
import { acceptAnyToken } from './amqp/claims.js';
import { startControlServer, type ControlServer } from './control-server.js';
import type { BrokerControls } from './controls.js';
import { deadLetterSuffix, EntityDirectory } from './entity-directory.js';
import { FaultSwitches } from './faults.js';
import { listeningPort } from './listening.js';
import { deadLetterSettings, queueSettings, type BrokerOptions, type QueueOptions } from './options.js';
import { Agenda } from './queue/agenda.js';
import { Queue } from './queue/queue.js';
import { Journal, noJournal } from './store/journal.js';
import { MessageStore, type EventSink } from './store/message-store.js';
import type { StoreRecord } from './store/store-event.js';

/** A running broker. */
export interface Broker extends BrokerControls {
  readonly port: number;
  readonly controlPort: number | null;
  close(): Promise<void>;
}

/**
 * Starts a broker that the real `@azure/service-bus` client talks to. With a data folder it takes up what an
 * earlier broker had acknowledged there, however that one ended; locks do not outlive it.
 * Rejects when a port is taken, or the journal holds something other than records.
 */
export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const host = options.host ?? '127.0.0.1';
  const faults = new FaultSwitches();
  const entities = new EntityDirectory();
  const acceptToken = options.acceptToken ?? acceptAnyToken;
  const server = new AmqpServer(
    { host, port: options.port, tls: options.tls, acceptToken },
    entities,
    faults,
  );
  // The port first: whoever holds it may be writing the journal. Until the next turn nobody can connect.
  const port = await listeningPort(server.server, options.port);
  const agenda = new Agenda();
  const journal = options.dataFolder === undefined ? null : new Journal(options.dataFolder);
  const controls = new Map<string, Queue>();
  let control: ControlServer | null = null;
  const close = async (): Promise<void> => {
    agenda.close();
    await control?.close();
    await server.close();
    journal?.close();
  };
  try {
    for (const queue of openQueues(options.queues, journal, agenda)) {
      entities.addSource(queue);
      if (!queue.deadLetters) continue;
      entities.addTarget(queue);
      controls.set(queue.name, queue);
    }
    const handles = brokerControls(controls, faults, server);
    if (options.controlPort !== undefined)
      control = await startControlServer(handles, host, options.controlPort);
    return { ...handles, port, controlPort: control?.port ?? null, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Creates the queues and their dead-letter subqueues, and takes up what the journal knows of them. */
function openQueues(
  options: Readonly<Record<string, QueueOptions>>,
  journal: Journal | null,
  agenda: Agenda,
): Queue[] {
  const stores = new Map<string, MessageStore>();
  const sink = journal ?? noJournal;
  const queues = Object.entries(options).flatMap(([name, queue]) =>
    openQueue(name, queue, sink, stores, agenda),
  );
  if (journal) replayInto(stores, journal);
  for (const queue of queues) queue.restore();
  return queues;
}

function openQueue(
  name: string,
  options: QueueOptions,
  sink: EventSink,
  stores: Map<string, MessageStore>,
  agenda: Agenda,
): Queue[] {
  const settings = queueSettings(options);
  const store = new MessageStore(name, settings.duplicateDetectionWindowMs, sink);
  const deadStore = new MessageStore(`${name}${deadLetterSuffix}`, 0, sink);
  stores.set(store.name, store).set(deadStore.name, deadStore);
  const deadLetters = new Queue(deadLetterSettings(settings), deadStore, agenda, null);
  return [deadLetters, new Queue(settings, store, agenda, deadLetters)];
}

/** Replays the journal and rewrites it short. Records of queues that are no longer configured are kept. */
function replayInto(stores: ReadonlyMap<string, MessageStore>, journal: Journal): void {
  const ofOthers: StoreRecord[] = [];
  for (const record of journal.replay()) {
    const store = stores.get(record.entity);
    if (store) store.apply(record.event);
    else ofOthers.push(record);
  }
  journal.restart(snapshot(stores, ofOthers));
}

function* snapshot(stores: ReadonlyMap<string, MessageStore>, others: StoreRecord[]): Generator<StoreRecord> {
  yield* others;
  const now = Date.now();
  for (const [entity, store] of stores) for (const event of store.snapshot(now)) yield { entity, event };
}

function brokerControls(
  queues: ReadonlyMap<string, Queue>,
  faults: FaultSwitches,
  server: AmqpServer,
): BrokerControls {
  return {
    counts: () => Object.fromEntries([...queues].map(([name, queue]) => [name, queue.counts()])),
    breakSessionLock: (name, sessionId) => {
      const sessions = queues.get(name)?.sessions;
      const lock = sessions?.find(sessionId);
      if (!sessions || !lock) return false;
      sessions.end(lock, 'lost');
      return true;
    },
    setSendFault: (fault) => {
      faults.setSends(fault);
    },
    cutConnections: () => {
      server.gate.cut();
    },
    setReachable: (isReachable) => {
      server.gate.setOpen(isReachable);
    },
  };
}
