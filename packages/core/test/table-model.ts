import {
  BaseModel,
  explainScore,
  Interactions,
  ratePairs,
  similarItems,
  startFit,
  type Explains,
  type ExplainRequest,
  type FindsSimilar,
  type Id,
  type ModelState,
  type RateRequest,
  type RatesItems,
  type RatingPredictions,
  type ReadonlyInt32Array,
  type Reason,
  type Recommendations,
  type SimilarRequest,
  type TrainingRecord,
} from '../src/index.js';
import { Cooccurrence } from './cooccurrence.js';

/** A model whose scores are a table: what it answers is known in advance. */
export class TableModel<User extends Id = Id, Item extends Id = Id>
  extends BaseModel<User, Item>
  implements FindsSimilar<Item>, RatesItems<User, Item>, Explains<User, Item>
{
  readonly name = 'table';
  override readonly answersAnyone: boolean;
  /** The lengths of the blocks that were asked for. */
  readonly blocks: number[] = [];
  readonly #score: (userRow: number, itemRow: number) => number;

  constructor(
    training: TrainingRecord<User, Item>,
    score: (userRow: number, itemRow: number) => number,
    anyone = false,
  ) {
    super(training, {});
    this.#score = score;
    this.answersAnyone = anyone;
  }

  scoreRows(userRows: ReadonlyInt32Array, scores: Float32Array): void {
    this.blocks.push(userRows.length);
    const { size } = this.items;
    for (let n = 0; n < userRows.length; n++) {
      for (let item = 0; item < size; item++) {
        scores[n * size + item] = this.#score(userRows[n]!, item);
      }
    }
  }

  /** Items are the more similar the nearer their rows; the first item compares with none. */
  similarRows(itemRows: ReadonlyInt32Array, similarities: Float32Array): void {
    const { size } = this.items;
    for (let n = 0; n < itemRows.length; n++) {
      for (let item = 0; item < size; item++) {
        similarities[n * size + item] =
          item === 0 ? -Infinity : 1 / (1 + Math.abs(itemRows[n]! - item));
      }
    }
  }

  similar(request: SimilarRequest<Item>): Promise<Recommendations<Item, Item>> {
    return similarItems(this, request);
  }

  rateRows(users: ReadonlyInt32Array, items: ReadonlyInt32Array, ratings: Float32Array): void {
    for (let n = 0; n < ratings.length; n++) {
      ratings[n] = users[n]! < 0 || items[n]! < 0 ? NaN : this.#score(users[n]!, items[n]!);
    }
  }

  rate(request: RateRequest<User, Item>): Promise<RatingPredictions> {
    return ratePairs(this, request);
  }

  contributions(userRow: number, itemRow: number): Float64Array {
    const { offsets, values } = this.training.history;
    const own = values.slice(offsets[userRow], offsets[userRow + 1]);
    return Float64Array.from(own, (value) => value * (itemRow + 1));
  }

  explain(request: ExplainRequest<User, Item>): Promise<readonly Reason<Item>[]> {
    return new Promise((resolve) => {
      resolve(explainScore(this, request));
    });
  }

  state(): ModelState {
    return {};
  }
}

/** What a fit on these events would remember; `only` leaves users and items in the vocabularies without an event. */
export function recordOf<User extends Id, Item extends Id>(
  events: readonly (readonly [User, Item, number?])[],
  only?: readonly number[],
): TrainingRecord<User, Item> {
  const whole = Interactions.fromColumns({
    users: events.map(([user]) => user),
    items: events.map(([, item]) => item),
    values: events.map(([, , value]) => value ?? 1),
  });
  const train = only === undefined ? whole : whole.select(Int32Array.from(only));
  return startFit(new Cooccurrence(), train, {}, 'last').record;
}
