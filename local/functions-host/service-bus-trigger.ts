import type { ServiceBusClient, ServiceBusReceivedMessage } from '@azure/service-bus';
import type { RegisteredFunction } from './function-registry.js';
import type { Environment, ServiceBusSettings } from './host-json.js';
import type { Invoker } from './invocation.js';
import type { Log } from './log.js';
import { createBusClient, resolveBusConnection, type BusConnection } from './service-bus-connection.js';
import { messageInput, messageMetadata } from './service-bus-message.js';
import { runSessionSlot } from './session-slot.js';
import { expandSettings } from './setting-expansion.js';

export interface ServiceBusTriggerOptions {
  readonly fn: RegisteredFunction;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly settings: ServiceBusSettings;
  readonly environment: Environment;
}

/**
 * A function triggered by a queue with sessions, one message per call. Success completes the message
 * (`autoCompleteMessages`), a throw abandons it, and the broker serves an abandoned message again at once. While the
 * broker cannot be reached the trigger goes on trying. Queues without sessions and topics are not served.
 */
export class ServiceBusTrigger {
  readonly #options: ServiceBusTriggerOptions;
  readonly #connection: BusConnection;
  readonly #queueName: string;
  readonly #autoComplete: boolean;
  readonly #stop = new AbortController();
  #client: ServiceBusClient | undefined;
  #slots: Promise<unknown> = Promise.resolve();
  #unreachable = false;

  /** @throws Error when the binding asks for what is not served, or names a setting that is missing. */
  constructor(options: ServiceBusTriggerOptions) {
    const { fn, environment, settings } = options;
    const { queueName, connection, isSessionsEnabled, autoCompleteMessages, cardinality } =
      fn.trigger.binding;
    if (typeof queueName !== 'string' || isSessionsEnabled !== true || cardinality === 'many') {
      throw new Error('only a queue with isSessionsEnabled, one message per call, is served locally.');
    }
    this.#options = options;
    this.#queueName = expandSettings(queueName, environment);
    this.#connection = resolveBusConnection(String(connection), environment);
    this.#autoComplete =
      typeof autoCompleteMessages === 'boolean' ? autoCompleteMessages : settings.autoCompleteMessages;
  }

  start(): void {
    const client = createBusClient(this.#connection);
    this.#client = client;
    const { settings } = this.#options;
    const slots = Array.from({ length: settings.maxConcurrentSessions }, () =>
      runSessionSlot({
        client,
        queueName: this.#queueName,
        settings,
        autoComplete: this.#autoComplete,
        handle: (message) => this.#handle(message),
        onUnreachable: (error) => this.#noteUnreachable(error),
        onReachable: () => this.#noteReachable(),
        onSettleFailure: (message, error) => this.#noteSettleFailure(message, error),
        stop: this.#stop.signal,
      }),
    );
    this.#slots = Promise.all(slots);
  }

  /** Takes no more sessions or messages; resolves when the messages in hand have been settled. */
  async drain(): Promise<void> {
    this.#stop.abort();
    await this.#slots;
  }

  /** Leaves the broker, which frees the sessions that are still held. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#client?.close();
  }

  async #handle(message: ServiceBusReceivedMessage): Promise<void> {
    const { invoker, fn } = this.#options;
    await invoker.invoke(fn, messageInput(message), messageMetadata(message));
  }

  #noteUnreachable(error: unknown): void {
    if (this.#unreachable) return;
    this.#unreachable = true;
    this.#log('warning', `Service Bus queue ${this.#queueName} cannot be reached: ${textOf(error)}`);
  }

  #noteReachable(): void {
    if (!this.#unreachable) return;
    this.#unreachable = false;
    this.#log('information', `Service Bus queue ${this.#queueName} is reached again.`);
  }

  #noteSettleFailure(message: ServiceBusReceivedMessage, error: unknown): void {
    const id = String(message.messageId);
    this.#log('error', `Message ${id} could not be settled and will be served again: ${textOf(error)}`);
  }

  #log(level: Parameters<Log>[0], message: string): void {
    this.#options.log(level, `Function.${this.#options.fn.name}`, message);
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
