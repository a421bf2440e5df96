import { nextTurn } from '@tensorec/core';
import type { Steps } from '@tensorec/kernels';

/** Longest time, in milliseconds, between two turns of the event loop. */
const sliceMilliseconds = 25;

/** Leaves the event loop its turns during long work. */
export class EventLoop {
  readonly #signal: AbortSignal | undefined;
  readonly #beforeTurn: () => void;
  #sliceEnd = performance.now() + sliceMilliseconds;

  /** @param beforeTurn - called before each turn, to report progress */
  constructor(signal: AbortSignal | undefined, beforeTurn: () => void) {
    this.#signal = signal;
    this.#beforeTurn = beforeTurn;
  }

  /** Whether a turn is due. */
  get isDue(): boolean {
    return performance.now() >= this.#sliceEnd;
  }

  /** @throws the signal's reason once it is aborted. */
  async turn(): Promise<void> {
    this.#beforeTurn();
    await nextTurn();
    this.#signal?.throwIfAborted();
    this.#sliceEnd = performance.now() + sliceMilliseconds;
  }

  /** Runs steps with turns between them. */
  async run<Result>(steps: Steps<Result>): Promise<Result> {
    try {
      for (;;) {
        const step = steps.next();
        if (step.done === true) return step.value;
        if (this.isDue) await this.turn();
      }
    } finally {
      steps.return(undefined as never);
    }
  }
}
