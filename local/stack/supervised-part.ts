import { PartFailed, startPart, type OutputStream, type Part, type PartCommand } from './part.js';

export interface Supervision {
  readonly onLine?: ((part: string, line: string, stream: OutputStream) => void) | undefined;
  readonly onReady?: ((part: string) => void) | undefined;
  /** Called when the part ends without having been asked to. */
  readonly onFailed: (failure: PartFailed) => void;
}

/** A part that can be killed and started again, on the same ports and folders, under one name. */
export class SupervisedPart {
  private running: Part | null = null;
  private readonly lines: string[] = [];

  constructor(
    private readonly command: PartCommand,
    private readonly supervision: Supervision,
  ) {}

  get name(): string {
    return this.command.name;
  }

  /** Its process, or null while it is down. */
  get pid(): number | null {
    return this.running?.pid ?? null;
  }

  /** All that it has written, over all its lives. */
  output(): readonly string[] {
    return this.lines;
  }

  /** @throws {PartFailed} when it does not come to serve */
  async start(): Promise<void> {
    if (this.running !== null) return;
    const part = await startPart({ ...this.command, onLine: (line, stream) => this.record(line, stream) });
    this.running = part;
    void part.ended.then((end) => {
      this.running = null;
      if (!end.asked) this.supervision.onFailed(PartFailed.of(part.name, end, part.output()));
    });
    this.supervision.onReady?.(part.name);
  }

  async stop(): Promise<void> {
    await this.running?.stop();
  }

  async kill(): Promise<void> {
    await this.running?.kill();
  }

  private record(line: string, stream: OutputStream): void {
    this.lines.push(line);
    this.supervision.onLine?.(this.command.name, line, stream);
  }
}
