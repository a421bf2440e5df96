import { buildCsr, mergeRepeats, TensorecError, type Csr } from '@tensorec/kernels';
import { BaseModel, eligibleItems, requireItem, unknownScores } from './base-model.js';
import type { FoldsIn } from './capabilities.js';
import { show } from './nearest.js';
import { runSteps } from './progress.js';
import { listLength, rank } from './ranking.js';
import type { Recommendations } from './recommendations.js';
import type { HistoryRequest, UserRequest } from './recommender.js';
import type { Id } from './vocabulary.js';

/** A {@link BaseModel} that also recommends for histories: a subclass gives `scoreHistories`. */
export abstract class FoldingModel<User extends Id = Id, Item extends Id = Id>
  extends BaseModel<User, Item>
  implements FoldsIn<Item>
{
  abstract scoreHistories(histories: Csr, scores: Float32Array): void;

  override recommend(request: UserRequest<User, Item>): Promise<Recommendations<User, Item>>;
  override recommend(request: HistoryRequest<Item>): Promise<Recommendations<number, Item>>;
  override async recommend(
    request: UserRequest<User, Item> | HistoryRequest<Item>,
  ): Promise<Recommendations<User | number, Item>> {
    if ('users' in request) return super.recommend(request);
    this.requireUsable();
    const histories = this.#historyRows(request);
    const rows = Int32Array.from(request.histories, (_, row) => {
      if (this.answersAnyone || histories.offsets[row + 1]! > histories.offsets[row]!) return row;
      if ((request.unknown ?? 'error') === 'error') {
        throw new TensorecError(
          'unknown-id',
          `History ${row} is empty; pass unknown: 'popular' or 'empty' to go on without.`,
        );
      }
      return -1;
    });
    const steps = rank({
      labels: [...request.histories.keys()],
      items: this.items,
      k: listLength(request.k),
      rows,
      scoreRows: (block, scores) => {
        this.scoreHistories(selectRows(histories, block), scores);
      },
      unknownScores: unknownScores(this, request),
      eligible: eligibleItems(this, request),
      excluded: (row) =>
        request.exclude === 'none'
          ? new Int32Array(0)
          : histories.indices.subarray(histories.offsets[row], histories.offsets[row + 1]),
    });
    return runSteps(steps, { ...request, stage: `recommend ${this.name}` });
  }

  /** A row a history; items that the model does not know are an error, or left out unless `unknown` is `error`. */
  #historyRows(request: HistoryRequest<Item>): Csr {
    const historyRows: number[] = [];
    const itemRows: number[] = [];
    const values: number[] = [];
    request.histories.forEach((history, position) => {
      for (const event of history) {
        const item = typeof event === 'object' ? event.item : event;
        const value = typeof event === 'object' ? (event.value ?? 1) : 1;
        if (!Number.isFinite(Math.fround(value))) {
          throw new TensorecError(
            'invalid-argument',
            `History ${position}: the value of ${show(item)} is ${value}, expected a finite number of single precision.`,
          );
        }
        const strict = (request.unknown ?? 'error') === 'error';
        const row = strict ? requireItem(this, item) : this.items.row(item);
        if (row === undefined) continue;
        historyRows.push(position);
        itemRows.push(row);
        values.push(value);
      }
    });
    const entries = buildCsr(
      request.histories.length,
      this.items.size,
      Int32Array.from(historyRows),
      Int32Array.from(itemRows),
      Float32Array.from(values),
    );
    return mergeRepeats(entries, this.training.repeats);
  }
}

/** The given rows of a matrix, in that order. */
export function selectRows(matrix: Csr, rows: ArrayLike<number>): Csr {
  const offsets = new Int32Array(rows.length + 1);
  for (let n = 0; n < rows.length; n++) {
    const row = rows[n]!;
    offsets[n + 1] = offsets[n]! + matrix.offsets[row + 1]! - matrix.offsets[row]!;
  }
  const indices = new Int32Array(offsets[rows.length]!);
  const values = new Float32Array(indices.length);
  for (let n = 0; n < rows.length; n++) {
    let target = offsets[n]!;
    for (let e = matrix.offsets[rows[n]!]!; e < matrix.offsets[rows[n]! + 1]!; e++, target++) {
      indices[target] = matrix.indices[e]!;
      values[target] = matrix.values[e]!;
    }
  }
  return { rows: rows.length, columns: matrix.columns, offsets, indices, values };
}
