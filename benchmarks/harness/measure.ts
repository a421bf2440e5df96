import { ready } from '@tensorec/kernels';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { describeMachine } from '../../scripts/sources.js';

/** What one benchmark found; printed as a line of JSON. */
export interface Measurement {
  /** What was measured, such as `als gowalla f=64`. Figures of peers go by the same names. */
  readonly name: string;
  readonly threads: number;
  /** Seconds of the first run, in which WebAssembly and JavaScript are not compiled to their best. */
  readonly first: number;
  /** Seconds of the fastest run after the first. */
  readonly min: number;
  /** Median of the seconds of the runs after the first. */
  readonly median: number;
  /** How many runs there were after the first. */
  readonly runs: number;
  /** Figures that show that what was timed works, such as `hit@10`. */
  readonly quality: Readonly<Record<string, number>>;
  /** Rates that were reached, and parts of the time. */
  readonly detail: Readonly<Record<string, number>>;
  readonly machine: string;
  /** Processes that wanted to run, mean of the minute before the end. */
  readonly load: number;
}

/** What a benchmark was asked for on the command line. */
export interface BenchmarkOptions<Name extends string = string> {
  readonly threads: number;
  /** Runs after the first. */
  readonly repeats: number;
  /** What to run on. */
  readonly sets: readonly Name[];
  /** The folder `--factors`, for what others are to read. */
  readonly factors: string | undefined;
}

/**
 * Reads the command line and starts the kernels.
 *
 * @param sets - what `--sets a,b` may name; default all
 */
export async function startBenchmark<Name extends string>(
  sets: readonly Name[],
): Promise<BenchmarkOptions<Name>> {
  const { values } = parseArgs({
    options: {
      threads: { type: 'string' },
      repeats: { type: 'string', default: '5' },
      sets: { type: 'string', default: sets.join(',') },
      factors: { type: 'string' },
    },
  });
  const threads = values.threads === undefined ? availableParallelism() : Number(values.threads);
  await ready({ threads });
  const words = values.sets.split(',');
  const wanted = sets.filter((name) => words.includes(name));
  const unknown = words.filter((word) => !sets.some((name) => name === word));
  if (unknown.length > 0) {
    throw new Error(`There is no set ${unknown.join(', ')} here; known: ${sets.join(', ')}.`);
  }
  const { factors } = values;
  return { threads, repeats: Number(values.repeats), sets: wanted, factors };
}

/** Seconds of a first run and of those after it. */
export interface Timing {
  readonly first: number;
  readonly min: number;
  readonly median: number;
  readonly runs: number;
}

/** Times `repeats` runs after a first one; what earlier runs left over is collected between the runs. */
export async function time(repeats: number, run: () => unknown): Promise<Timing> {
  const seconds: number[] = [];
  for (let n = 0; n <= repeats; n++) {
    globalThis.gc?.();
    const start = performance.now();
    await run();
    seconds.push((performance.now() - start) / 1000);
  }
  return summarise(seconds);
}

/** The timing of runs whose seconds are known. */
export function summarise(seconds: readonly number[]): Timing {
  const [first = NaN, ...later] = seconds;
  return { first, min: Math.min(...later), median: median(later), runs: later.length };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle - 0.5)]! + sorted[Math.ceil(middle - 0.5)]!) / 2;
}

/** Prints a measurement as one line of JSON. */
export function report(
  name: string,
  { threads }: BenchmarkOptions,
  timing: Timing,
  more: Partial<Pick<Measurement, 'quality' | 'detail'>> = {},
): void {
  const measurement: Measurement = {
    name,
    threads,
    ...timing,
    quality: more.quality ?? {},
    detail: more.detail ?? {},
    machine: describeMachine(),
    load: loadavg()[0]!,
  };
  console.log(
    JSON.stringify(measurement, (_, value: unknown) =>
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value,
    ),
  );
}
