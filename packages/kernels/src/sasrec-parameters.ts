import type { Scope } from './engine/scope.js';
import { requireArgument } from './errors.js';
import { Random } from './random.js';
import type { ResolvedOptions } from './sasrec-options.js';

/**
 * The numbers of all parameters by name, row-major; b counts blocks from 0:
 *
 * - `items`, items × d; `positions`, maxLength × d, the last row for the last item of a sequence;
 * - `blocks.b.query`, `.key`, `.value`, `.output`, `.inner` and `.outer`, each `.weight`, d × d with a row for each input,
 *   so that y = x·W + bias, and `.bias`, d;
 * - `blocks.b.attentionNorm` and `blocks.b.innerNorm`, each `.gain` and `.bias`, d; `norm.gain` and `norm.bias`, d.
 */
export type SasRecParameters = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

/** How a parameter starts. */
type Start = 'normal' | 'xavier' | 'ones' | 'zeros';

/** Rows of the matrix of all parameters. */
interface ParameterRows {
  readonly name: string;
  readonly first: number;
  readonly rows: number;
  readonly start: Start;
}

/** The order of assembly/sasrec-shape.ts. */
const MATRICES = ['query', 'key', 'value', 'output', 'inner', 'outer'];
const NORMS = ['attentionNorm', 'innerNorm'];

/** The standard deviation of items and positions at the start. */
const DEVIATION = 0.02;

/** Where all parameters stand in one matrix, whose rows have d numbers and zeros up to a stride. */
export class ParameterLayout {
  /** Numbers from one row to the next. */
  readonly stride: number;
  readonly factors: number;
  /** Rows before those of the items. */
  readonly denseRows: number;
  readonly rows: number;
  readonly #parameters: readonly ParameterRows[];

  constructor(options: ResolvedOptions, rowBytes: number) {
    this.stride = rowBytes / 4;
    this.factors = options.factors;
    const parameters: ParameterRows[] = [];
    let first = 0;
    const add = (name: string, rows: number, start: Start): void => {
      parameters.push({ name, first, rows, start });
      first += rows;
    };
    for (let block = 0; block < options.blocks; block++) {
      const prefix = `blocks.${block}`;
      for (const name of MATRICES) add(`${prefix}.${name}.weight`, options.factors, 'xavier');
      for (const name of MATRICES) add(`${prefix}.${name}.bias`, 1, 'zeros');
      for (const name of NORMS) addNorm(`${prefix}.${name}`);
    }
    addNorm('norm');
    add('positions', options.maxLength, 'normal');
    this.denseRows = first;
    add('items', options.items, 'normal');
    this.rows = first;
    this.#parameters = parameters;

    function addNorm(name: string): void {
      add(`${name}.gain`, 1, 'ones');
      add(`${name}.bias`, 1, 'zeros');
    }
  }

  /** Bytes of the matrix. */
  get bytes(): number {
    return 4 * this.rows * this.stride;
  }

  /** Writes initial parameters; each has a stream of its own. */
  initialize(memory: Scope, address: number, seed: number): void {
    const random = new Random(seed);
    this.#parameters.forEach(({ first, rows, start }, index) => {
      const numbers = new Float32Array(rows * this.factors);
      const stream = random.fork(index);
      if (start === 'normal') stream.fillNormal(numbers, 0, DEVIATION);
      if (start === 'ones') numbers.fill(1);
      if (start === 'xavier') {
        const bound = Math.sqrt(6 / (2 * this.factors));
        stream.fillUniform(numbers);
        numbers.forEach((number, i) => (numbers[i] = bound * (2 * number - 1)));
      }
      this.#writeRows(memory, address, first, numbers);
    });
  }

  /** Copies all parameters out. */
  read(memory: Scope, address: number): SasRecParameters {
    const matrix = memory.view(Float32Array, address, this.rows * this.stride);
    return Object.fromEntries(
      this.#parameters.map(({ name, first, rows }) => {
        const numbers = new Float32Array(rows * this.factors);
        for (let row = 0; row < rows; row++) {
          const from = (first + row) * this.stride;
          numbers.set(matrix.subarray(from, from + this.factors), row * this.factors);
        }
        return [name, numbers];
      }),
    );
  }

  /** Refuses names that there are not, missing ones, wrong lengths and numbers that are not finite. */
  check(parameters: SasRecParameters, what: string): void {
    const known = new Set(this.#parameters.map(({ name }) => name));
    const unknown = Object.keys(parameters).find((name) => !known.has(name));
    requireArgument(
      unknown === undefined,
      () => `${what} have ${unknown!}, which this model has not.`,
    );
    for (const { name, rows } of this.#parameters) {
      const numbers = parameters[name];
      const length = rows * this.factors;
      requireArgument(
        numbers?.length === length,
        () => `${name} of ${what} has ${numbers?.length ?? 'no'} numbers; give ${length}.`,
      );
      const wrong = numbers.findIndex((number) => !Number.isFinite(number));
      requireArgument(
        wrong < 0,
        () => `${name}[${wrong}] of ${what} is ${numbers[wrong]!}; give finite numbers.`,
      );
    }
  }

  /** Copies all parameters in. */
  write(memory: Scope, address: number, parameters: SasRecParameters): void {
    for (const { name, first } of this.#parameters) {
      this.#writeRows(memory, address, first, parameters[name]!);
    }
  }

  #writeRows(memory: Scope, address: number, first: number, numbers: Float32Array): void {
    const matrix = memory.view(Float32Array, address, this.rows * this.stride);
    for (let from = 0; from < numbers.length; from += this.factors) {
      const row = first + from / this.factors;
      matrix.set(numbers.subarray(from, from + this.factors), row * this.stride);
    }
  }
}
