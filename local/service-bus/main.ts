/**
 * The broker as a process of its own. Its configuration is JSON in the environment variable `BROKER_CONFIG`;
 * it prints one JSON line when it listens. It ends on SIGTERM and SIGINT, when the IPC channel to its parent
 * closes, and, with `endWithStdin`, when its standard input ends.
 */
import { readFileSync } from 'node:fs';

import { z } from 'zod';

import { startBroker, type Broker } from './broker.js';
import type { BrokerOptions } from './options.js';

const milliseconds = z.number().int().positive();

const queueOptions = z.strictObject({
  requiresSession: z.boolean().optional(),
  lockDurationMs: milliseconds.optional(),
  maxDeliveryCount: z.number().int().positive().optional(),
  duplicateDetectionWindowMs: z.number().int().nonnegative().optional(),
  defaultMessageTtlMs: milliseconds.optional(),
  deadLetterOnExpiry: z.boolean().optional(),
});

const brokerConfig = z.strictObject({
  port: z.number().int().min(0).max(65_535),
  host: z.string().optional(),
  tls: z.strictObject({ keyFile: z.string(), certFile: z.string() }).optional(),
  controlPort: z.number().int().min(0).max(65_535).optional(),
  dataFolder: z.string().optional(),
  endWithStdin: z.boolean().optional(),
  queues: z.record(z.string(), queueOptions),
});

type BrokerConfig = z.infer<typeof brokerConfig>;

function readConfig(): BrokerConfig {
  const text = process.env['BROKER_CONFIG'];
  if (text === undefined) throw new Error('BROKER_CONFIG is not set.');
  const config = brokerConfig.safeParse(JSON.parse(text));
  if (!config.success) throw new Error(`BROKER_CONFIG is not valid. ${z.prettifyError(config.error)}`);
  return config.data;
}

function brokerOptions({ tls, endWithStdin: _, ...rest }: BrokerConfig): BrokerOptions {
  if (!tls) return rest;
  return {
    ...rest,
    tls: { key: readFileSync(tls.keyFile, 'utf8'), cert: readFileSync(tls.certFile, 'utf8') },
  };
}

function endWithParent(broker: Broker, config: BrokerConfig): void {
  const end = (): void => {
    void broker.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end).once('SIGINT', end).once('disconnect', end);
  if (config.endWithStdin) process.stdin.once('end', end).resume();
}

try {
  const config = readConfig();
  const broker = await startBroker(brokerOptions(config));
  endWithParent(broker, config);
  const { port, controlPort } = broker;
  process.stdout.write(
    `${JSON.stringify({ ready: true, port, ...(controlPort !== null && { controlPort }) })}\n`,
  );
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Service Bus broker: ${reason.replaceAll('\n', ' ')}\n`);
  process.exitCode = 1;
}
