import { closeSync, fsyncSync, mkdirSync, openSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import type { EventSink } from './message-store.js';
import { recordFromLine, recordToLine, type StoreEvent, type StoreRecord } from './store-event.js';

const fileName = 'journal.jsonl';
const chunkBytes = 1024 * 1024;
const lineEnd = 0x0a;

/**
 * An append-only file of events, one JSON line each. Data is handed to the operating system by `flush`, which
 * survives the death of the process (not of the machine: there is no fsync per send).
 */
export class Journal implements EventSink {
  readonly #path: string;
  #file: number | null = null;
  #pending: string[] = [];

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#path = join(folder, fileName);
  }

  /** The records written so far. A torn last line was never acknowledged and is left out. */
  *replay(): Generator<StoreRecord> {
    let number = 0;
    for (const { text, isWhole } of readLines(this.#path)) {
      number += 1;
      if (isWhole) yield parseLine(text, number, this.#path);
    }
  }

  /** Replaces the file by these records, and goes on appending to it. */
  restart(records: Iterable<StoreRecord>): void {
    const fresh = `${this.#path}.new`;
    this.#file = openSync(fresh, 'w');
    for (const record of records) {
      this.append(record.entity, record.event);
      if (this.#pending.length >= 1_000) this.flush();
    }
    this.flush();
    fsyncSync(this.#file);
    renameSync(fresh, this.#path);
  }

  append(entity: string, event: StoreEvent): void {
    this.#pending.push(recordToLine({ entity, event }), '\n');
  }

  flush(): void {
    if (this.#file === null || this.#pending.length === 0) return;
    const data = Buffer.from(this.#pending.join(''));
    this.#pending = [];
    for (let done = 0; done < data.length;) done += writeSync(this.#file, data, done);
  }

  close(): void {
    if (this.#file === null) return;
    this.flush();
    closeSync(this.#file);
    this.#file = null;
  }
}

/** The sink of a broker without a folder. */
export const noJournal: EventSink = {
  append: () => undefined,
  flush: () => undefined,
};

function parseLine(line: string, number: number, path: string): StoreRecord {
  try {
    return recordFromLine(line);
  } catch (error) {
    throw new Error(`${path}: line ${number} is no journal record`, { cause: error });
  }
}

interface Line {
  readonly text: string;
  /** False for what stands after the last line end: nothing, or a line torn by a kill in mid-write. */
  readonly isWhole: boolean;
}

function* readLines(path: string): Generator<Line> {
  const file = openSync(path, 'a+');
  try {
    let rest = Buffer.alloc(0);
    const chunk = Buffer.alloc(chunkBytes);
    for (let position = 0; ;) {
      const count = readSync(file, chunk, 0, chunkBytes, position);
      if (count === 0) break;
      position += count;
      rest = Buffer.concat([rest, chunk.subarray(0, count)]);
      let start = 0;
      for (let end = rest.indexOf(lineEnd); end >= 0; end = rest.indexOf(lineEnd, start)) {
        yield { text: rest.toString('utf8', start, end), isWhole: true };
        start = end + 1;
      }
      rest = rest.subarray(start);
    }
    yield { text: rest.toString('utf8'), isWhole: false };
  } finally {
    closeSync(file);
  }
}
