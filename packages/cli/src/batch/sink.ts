import { AtomicStream } from '@tensorec/core/node';
import type { Console } from '../console.js';

/** Where lists go. */
export interface Sink {
  /** Takes a text of whole lines; resolves when more can be taken. */
  write(lines: string): Promise<void>;
  commit(): Promise<void>;
  /** Leaves what was there before. */
  abandon(): Promise<void>;
}

/** A file, or standard output for `-`. */
export async function openSink(out: string, console: Console): Promise<Sink> {
  return out === '-' ? standardOutput(console) : AtomicStream.open(out);
}

function standardOutput(console: Console): Sink {
  return {
    async write(lines) {
      if (lines === '') return;
      console.out(lines.replace(/\n$/, ''));
      await console.outReady?.();
    },
    commit: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}
