import { Random } from '@tensorec/kernels';
import { EventCollector, type KnownParts } from './events.js';

/** Size and seed of {@link sequenceGrammar}. */
export interface SequenceGrammarOptions {
  /** Default 100. */
  readonly users?: number;
  /** Default 20. */
  readonly items?: number;
  /** Training events a user, fewer than `items`; default 8. */
  readonly length?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** What {@link sequenceGrammar} makes. */
export interface SequenceGrammar extends KnownParts {
  /** The item row that follows each item row, always. */
  readonly successors: Int32Array;
}

/**
 * Sequences in which each item has one successor: all items lie on one random cycle, a user starts somewhere and takes
 * `length` items in its order (train, oldest first by timestamp); the test event is the item that comes next. All values
 * are 1.
 *
 * A next-item model that works has hit@1 above 0.95. A model that is blind to order cannot tell the item that comes next
 * from the one that came before the first, so its hit@1 stays near 0.5; a model that is not personalised gets about
 * 1 / (items − length).
 */
export function sequenceGrammar(options: SequenceGrammarOptions = {}): SequenceGrammar {
  const { users = 100, items = 20, length = 8, seed = 0 } = options;
  const random = new Random(seed);
  const cycle = random.permutation(items);
  const successors = new Int32Array(items);
  cycle.forEach((item, position) => {
    successors[item] = cycle[(position + 1) % items]!;
  });
  const events = new EventCollector();
  for (let user = 0; user < users; user++) {
    let item = random.integer(items);
    for (let n = 0; n < length; n++) {
      events.add('train', user, item, 1);
      item = successors[item]!;
    }
    events.add('test', user, item, 1);
  }
  const parts = events.parts(users, items, `sequence-grammar-${users}-${items}-${length}-${seed}`);
  return { ...parts, successors };
}
