import type { NamedArrays, StepContext, TrainingStep, ValuedPairBatch } from '../src/index.js';

/** Options of {@link LinearStep}. */
export interface LinearOptions {
  readonly momentum?: number;
  /** Standard deviation of noise that is added to each value. */
  readonly noise?: number;
}

/**
 * A line through the origin for each item: value = slope[item] · user row, by stochastic gradient descent with momentum on
 * half the mean squared error.
 */
export class LinearStep implements TrainingStep<ValuedPairBatch> {
  readonly slopes: Float64Array;
  readonly #velocities: Float64Array;
  readonly #gradient: Float64Array;
  readonly #options: LinearOptions;

  constructor(items: number, options: LinearOptions = {}) {
    this.slopes = new Float64Array(items);
    this.#velocities = new Float64Array(items);
    this.#gradient = new Float64Array(items);
    this.#options = options;
  }

  accumulate(batch: ValuedPairBatch, { random }: StepContext): number {
    const { noise = 0 } = this.#options;
    let loss = 0;
    for (let n = 0; n < batch.size; n++) {
      const item = batch.itemRows[n]!;
      const x = batch.userRows[n]!;
      const error = this.slopes[item]! * x - batch.values[n]! - noise * random.normal();
      this.#gradient[item]! += (error * x) / batch.size;
      loss += (error * error) / 2 / batch.size;
    }
    return loss;
  }

  step(batch: ValuedPairBatch, context: StepContext): number {
    const { momentum = 0 } = this.#options;
    const loss = this.accumulate(batch, context);
    for (let item = 0; item < this.slopes.length; item++) {
      const gradient = this.#gradient[item]! / (context.accumulated + 1);
      this.#velocities[item] = momentum * this.#velocities[item]! + gradient;
      this.slopes[item]! -= context.learningRate * this.#velocities[item]!;
    }
    this.#gradient.fill(0);
    return loss;
  }

  parameters(): NamedArrays {
    return { slopes: this.slopes };
  }

  optimizerState(): NamedArrays {
    return { velocities: this.#velocities };
  }

  restore({ slopes }: NamedArrays, state?: NamedArrays): void {
    this.slopes.set(slopes!);
    if (state) this.#velocities.set(state['velocities']!);
  }
}
