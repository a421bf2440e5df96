import type { EventLog, Position } from './events.js';

/** Most events an epoch. */
const eventsPerEpoch = 100;

/** Tells the log means of losses, so that an epoch has a bounded number of events. */
export class LossLog {
  readonly #log: EventLog | undefined;
  readonly #stride: number;
  #sum = 0;
  #count = 0;

  constructor(log: EventLog | undefined, batchesPerEpoch: number) {
    this.#log = log;
    this.#stride = Math.ceil(batchesPerEpoch / eventsPerEpoch);
  }

  /** @param position - after the batch */
  async add(
    loss: number,
    learningRate: number,
    position: Position,
    seconds: () => number,
  ): Promise<void> {
    if (this.#log === undefined) return;
    this.#sum += loss;
    this.#count++;
    if (position.batch % this.#stride !== 0) return;
    const mean = this.#sum / this.#count;
    this.#sum = 0;
    this.#count = 0;
    await this.#log.write({
      type: 'loss',
      ...position,
      loss: mean,
      learningRate,
      seconds: seconds(),
    });
  }
}
