import type { Interactions, Vocabulary } from '@tensorec/core';
import { buildCsr, type Csr } from '@tensorec/kernels';

/** The row in `to` of each row of `from`; −1 where the id is not known there. */
export function rowMap(from: Vocabulary, to: Vocabulary): Int32Array {
  const rows = new Int32Array(from.size);
  let row = 0;
  for (const id of from) {
    rows[row] = from === to ? row : (to.row(id) ?? -1);
    row++;
  }
  return rows;
}

/** Interactions over other vocabularies. */
export interface AlignedPart {
  /** A row a user of the vocabulary aligned to, a column an item of it; repeats and order kept. */
  readonly entries: Csr;
  /** Interactions of a known user left out because the item is not known. */
  readonly leftOut: number;
}

/** Interactions by the rows of other vocabularies; those of unknown users and items are left out. */
export function alignPart(part: Interactions, users: Vocabulary, items: Vocabulary): AlignedPart {
  if (part.users === users && part.items === items) return { entries: part.byUser(), leftOut: 0 };
  const userOf = rowMap(part.users, users);
  const itemOf = rowMap(part.items, items);
  const userRows = new Int32Array(part.size);
  const itemRows = new Int32Array(part.size);
  const values = new Float32Array(part.size);
  let kept = 0;
  let leftOut = 0;
  for (let n = 0; n < part.size; n++) {
    const user = userOf[part.userRows[n]!]!;
    const item = itemOf[part.itemRows[n]!]!;
    if (user < 0) continue;
    if (item < 0) {
      leftOut++;
      continue;
    }
    userRows[kept] = user;
    itemRows[kept] = item;
    values[kept] = part.values?.[n] ?? 1;
    kept++;
  }
  const entries = buildCsr(
    users.size,
    items.size,
    userRows.subarray(0, kept),
    itemRows.subarray(0, kept),
    values.subarray(0, kept),
  );
  return { entries, leftOut };
}

/** The columns of a row of a matrix. */
export function columnsOf(matrix: Csr, row: number): ReturnType<Csr['indices']['subarray']> {
  return matrix.indices.subarray(matrix.offsets[row], matrix.offsets[row + 1]);
}
