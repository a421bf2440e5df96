import type { CheckpointStore, EventLog, TrainingEvent } from '../src/index.js';

/** A checkpoint in memory, with all that were written. */
export class MemoryStore implements CheckpointStore {
  readonly name = 'in memory';
  readonly written: Uint8Array[] = [];

  constructor(bytes?: Uint8Array) {
    if (bytes) this.written.push(bytes);
  }

  async read(): Promise<Uint8Array | undefined> {
    return Promise.resolve(this.written.at(-1));
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.written.push(bytes);
    return Promise.resolve();
  }
}

/** Events in memory. */
export class MemoryLog implements EventLog {
  readonly events: TrainingEvent[] = [];

  write(event: TrainingEvent): void {
    this.events.push(event);
  }
}
