import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const RESULT = 'BENCH_RESULT ';

/** Runs one of the benchmark's own programs to its end and answers what it handed over. */
export async function runProgram(
  program: URL,
  environment: Readonly<Record<string, string>>,
): Promise<unknown> {
  const child = spawn(process.execPath, [fileURLToPath(program)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const results: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith(RESULT)) results.push(line.slice(RESULT.length));
    else console.error(line);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [result] = results;
  if (code !== 0 || result === undefined)
    throw new Error(`${program.pathname} ended with ${String(code)} and without a result.`);
  return JSON.parse(result) as unknown;
}

/** Called by such a program: what it measured. */
export function handOver(result: unknown): void {
  process.stdout.write(`${RESULT}${JSON.stringify(result)}\n`);
}
