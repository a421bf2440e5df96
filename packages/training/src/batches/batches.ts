import { requireArgument, type Random } from '@tensorec/kernels';
import { prefixed, type Identity } from '../identity.js';
import { epochStream } from '../streams.js';
import { ShuffledOrder } from './shuffled-order.js';

/**
 * The examples of an epoch in batches. Each epoch depends on its number alone, so that a resumed run sees the batches that
 * the interrupted one would have seen.
 */
export interface Batches<Batch> {
  /** At least 1. */
  readonly batchesPerEpoch: number;
  /** Data and settings that the batches are made from: a checkpoint of other batches is refused. */
  readonly identity: Identity;
  /**
   * The batches of an epoch, from one of them on. A batch may be written over when the next one is asked for.
   *
   * @param epoch - from 1
   * @param from - batches to pass over, 0 to `batchesPerEpoch`; default 0
   */
  epoch(epoch: number, from?: number): Iterable<Batch>;
}

/** How examples become batches. */
export interface BatchOptions {
  /** Examples a batch, a whole number ≥ 1; the last batch of an epoch holds what is left. */
  readonly batchSize: number;
  /** Seed of the order, a safe integer ≥ 0; default 0. */
  readonly seed?: number | undefined;
  /** Whether each epoch has an order of its own; default true. Otherwise examples come in the order of the data. */
  readonly shuffle?: boolean | undefined;
}

/** What {@link batchesOf} makes batches from. */
export interface Examples<Batch> extends BatchOptions {
  /** Number of examples, at least 1. */
  readonly count: number;
  /** Data and settings that `gather` depends on. */
  readonly identity: Identity;
  /**
   * Begins an epoch: gives the function that makes a batch from the positions of its examples. Arrays that batches share
   * are allocated here.
   */
  gatherer(): (positions: Int32Array) => Batch;
}

/**
 * Batches of examples that are known by their positions 0 … `count` − 1: the base of all other batches, and of those of
 * one's own.
 *
 * The order of an epoch is drawn batch by batch (Fisher and Yates 1938), in time linear in the examples so far and with 4
 * bytes an example; it does not depend on the batch size.
 *
 * @throws TensorecError `invalid-argument` for a batch size or a count that is no whole number ≥ 1 and for a seed that is
 * no safe integer ≥ 0.
 */
export function batchesOf<Batch>(examples: Examples<Batch>): Batches<Batch> {
  const { count, batchSize, seed = 0, shuffle = true } = examples;
  requireWhole('batchSize', batchSize);
  requireArgument(
    Number.isInteger(count) && count >= 1 && count <= 0x7fffffff,
    () => `There are ${count} examples to make batches from; give 1 to 2147483647.`,
  );
  requireArgument(
    Number.isSafeInteger(seed) && seed >= 0,
    () => `seed is ${seed}; give a safe integer of 0 or more.`,
  );
  const batchesPerEpoch = Math.ceil(count / batchSize);
  return {
    batchesPerEpoch,
    get identity() {
      return { ...examples.identity, batchSize, shuffle, ...(shuffle ? { seed } : {}) };
    },
    *epoch(epoch, from = 0) {
      const gather = examples.gatherer();
      const positions = new Int32Array(Math.min(batchSize, count));
      const order = new ShuffledOrder(
        count,
        shuffle ? epochStream(seed, 'order', epoch) : undefined,
      );
      order.skip(Math.min(from * batchSize, count));
      for (let batch = from; batch < batchesPerEpoch; batch++) {
        const size = Math.min(batchSize, count - batch * batchSize);
        const taken = positions.subarray(0, size);
        order.take(taken);
        yield gather(taken);
      }
    },
  };
}

/** What a batch is changed by. */
export interface BatchChange<Input, Output> {
  /** What the change does; changes after one another have different names, so that their streams differ. */
  readonly name: string;
  /** Begins an epoch: gives the function that changes a batch. */
  changer(): (batch: Input, random: Random) => Output;
  /** Settings and fingerprints that the change depends on. */
  readonly identity: Identity;
  /** Seed of the stream that each batch is given, a safe integer ≥ 0; default 0. */
  readonly seed?: number | undefined;
}

/**
 * Batches made from others, one from one. Each batch is given a random stream of its own, which depends on seed, epoch and
 * place of the batch alone.
 */
export function mapBatches<Input, Output>(
  batches: Batches<Input>,
  change: BatchChange<Input, Output>,
): Batches<Output> {
  const { seed = 0 } = change;
  return {
    batchesPerEpoch: batches.batchesPerEpoch,
    get identity() {
      return { ...batches.identity, ...prefixed(change.name, { ...change.identity, seed }) };
    },
    *epoch(epoch, from = 0) {
      const changed = change.changer();
      const stream = epochStream(seed, change.name, epoch);
      let place = from;
      for (const batch of batches.epoch(epoch, from)) yield changed(batch, stream.fork(place++));
    },
  };
}

/** Throws unless a setting is a whole number of at least 1. */
export function requireWhole(name: string, value: number): void {
  requireArgument(
    Number.isSafeInteger(value) && value >= 1,
    () => `${name} is ${value}; give a whole number of 1 or more.`,
  );
}
