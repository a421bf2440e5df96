import { emptyCsr, type Csr, type ReadonlyInt32Array } from '@tensorec/kernels';
import { Vocabulary, type Id } from './vocabulary.js';

/** What becomes of repeated pairs: values added, the last one kept, or 1 for each pair. */
export type Repeats = 'sum' | 'last' | 'one';

/** What a model remembers of the data it was fitted on. */
export interface TrainingRecord<User extends Id = Id, Item extends Id = Id> {
  readonly users: Vocabulary<User>;
  readonly items: Vocabulary<Item>;
  /** A row a user: the items seen, ascending, each once, with the value the model gave them. */
  readonly history: Csr;
  /** How repeated pairs became one entry of `history`; histories to fold in are treated alike. */
  readonly repeats: Repeats;
  /** Distinct users an item; items with 0 are never recommended. */
  readonly itemCounts: ReadonlyInt32Array;
  /** Fingerprint of the training data. */
  readonly fingerprint: string;
  readonly splitId: string | undefined;
  readonly seed: number;
}

/** The record without its users: what `save(model, { users: false })` keeps. */
export function withoutUsers<Item extends Id>(
  record: TrainingRecord<Id, Item>,
): TrainingRecord<never, Item> {
  return { ...record, users: Vocabulary.from<never>([]), history: emptyCsr(0, record.items.size) };
}
