import { adamStep, pow, ResidentArray, type ReadonlyFloat32Array } from '@tensorec/kernels';
import type { NamedArrays } from '@tensorec/training';

const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

/** A table that Adam moves (Kingma and Ba 2015, with the paper's β₁, β₂ and ε); in the kernels' memory. */
export class AdamTable {
  #numbers: ResidentArray;
  #means: ResidentArray;
  #squares: ResidentArray;
  #steps = 0;

  /** @param start - copied */
  constructor(start: ReadonlyFloat32Array) {
    this.#numbers = ResidentArray.from(start);
    this.#means = ResidentArray.from(new Float32Array(start.length));
    this.#squares = ResidentArray.from(new Float32Array(start.length));
  }

  /** A copy of the table. */
  numbers(): Float32Array<ArrayBuffer> {
    return this.#numbers.toFloat32Array();
  }

  step(gradient: ReadonlyFloat32Array, learningRate: number): void {
    this.#steps++;
    const resident = ResidentArray.from(gradient);
    try {
      const step = { parameters: this.#numbers, gradient: resident };
      adamStep(step, this.#means, this.#squares, {
        rate: learningRate / (1 - pow(beta1, this.#steps)),
        beta1,
        beta2,
        scale: 1 / Math.sqrt(1 - pow(beta2, this.#steps)),
        epsilon,
        decay: 1,
      });
    } finally {
      resident.dispose();
    }
  }

  /** What the next step depends on beside the table. */
  state(): NamedArrays {
    return {
      means: this.#means.toFloat32Array(),
      squares: this.#squares.toFloat32Array(),
      steps: Float64Array.of(this.#steps),
    };
  }

  /** @param state - of {@link state}; default: what it is now */
  restore(numbers: ReadonlyFloat32Array, state?: NamedArrays): void {
    this.#numbers = replaced(this.#numbers, numbers);
    if (state === undefined) return;
    this.#means = replaced(this.#means, Float32Array.from(state['means']!));
    this.#squares = replaced(this.#squares, Float32Array.from(state['squares']!));
    this.#steps = state['steps']![0]!;
  }

  /** Frees the kernels' memory. */
  dispose(): void {
    for (const array of [this.#numbers, this.#means, this.#squares]) array.dispose();
  }
}

function replaced(array: ResidentArray, numbers: ReadonlyFloat32Array): ResidentArray {
  const copy = ResidentArray.from(numbers);
  array.dispose();
  return copy;
}
