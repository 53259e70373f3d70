import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../../dist/local/service-bus/main.js', import.meta.url));

/** The broker in a process of its own, which can be killed as a machine's failure would. */
export interface BrokerProcess {
  readonly port: number;
  kill(): Promise<void>;
}

export async function startBrokerProcess(config: object): Promise<BrokerProcess> {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, BROKER_CONFIG: JSON.stringify(config) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    port: (JSON.parse(line) as { port: number }).port,
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}
