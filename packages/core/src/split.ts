import { TensorecError, type ReadonlyInt32Array } from '@tensorec/kernels';
import { Interactions } from './interactions.js';
import type { Id } from './vocabulary.js';

/** Items to rank against each test interaction, as a file gave them. */
export interface CandidateLists {
  /** The candidates of test interaction n are at offsets[n] … offsets[n + 1] − 1 of `itemRows`. */
  readonly offsets: ReadonlyInt32Array;
  /** Rows of the test items' vocabulary; the positive itself is not among them. */
  readonly itemRows: ReadonlyInt32Array;
}

/** Parts of one data set over the same vocabularies. */
export interface DataSplit<User extends Id = Id, Item extends Id = Id> {
  readonly train: Interactions<User, Item, 'train'>;
  readonly validation?: Interactions<User, Item, 'validation'> | undefined;
  readonly test: Interactions<User, Item, 'test'>;
  /** What was known of each test user before the test, where that is not train and validation: session prefixes. */
  readonly histories?: Interactions<User, Item> | undefined;
  /** Candidates that came with the test file. */
  readonly candidates?: CandidateLists | undefined;
  /** Names the data and the way it was split; each part carries it. */
  readonly splitId: string;
  /** What a reader of the results must know: users too short to split, rows left out. */
  readonly notes: readonly string[];
}

/**
 * Train and validation as one part, for the refit before the test: the training events, then those of validation.
 *
 * @throws TensorecError `invalid-argument` when the two are not over the same vocabularies, or when only one of them has
 * values or timestamps.
 */
export function trainAndValidation<User extends Id, Item extends Id>(
  split: Pick<DataSplit<User, Item>, 'train' | 'validation'>,
): Interactions<User, Item, 'train'> {
  const { train, validation } = split;
  if (validation === undefined) return train;
  if (train.users !== validation.users || train.items !== validation.items) {
    throw new TensorecError(
      'invalid-argument',
      'Train and validation are not over the same vocabularies, so their rows cannot be joined; take both from one split.',
    );
  }
  for (const column of ['values', 'timestamps'] as const) {
    if ((train[column] === undefined) === (validation[column] === undefined)) continue;
    const [owner, other] = train[column] ? ['train', 'validation'] : ['validation', 'train'];
    throw new TensorecError(
      'invalid-argument',
      `The ${owner} part has ${column} and the ${other} part has none; give both or neither.`,
    );
  }
  const size = train.size + validation.size;
  const both = train.values && validation.values;
  const timed = train.timestamps && validation.timestamps;
  return new Interactions({
    ...train.columns(),
    userRows: joined(new Int32Array(size), train.userRows, validation.userRows),
    itemRows: joined(new Int32Array(size), train.itemRows, validation.itemRows),
    values: both && joined(new Float32Array(size), train.values, validation.values),
    timestamps: timed && joined(new Float64Array(size), train.timestamps, validation.timestamps),
  });
}

function joined<Target extends Int32Array | Float32Array | Float64Array>(
  target: Target,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): Target {
  target.set(first);
  target.set(second, first.length);
  return target;
}
