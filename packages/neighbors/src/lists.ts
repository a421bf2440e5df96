import type { ModelState, TensorReader } from '@tensorec/core';
import type { NeighborLists } from '@tensorec/kernels';

/** Neighbour lists as an artifact stores them. */
export function neighborState({
  rows,
  neighbors,
  indices,
  similarities,
}: NeighborLists): ModelState {
  const shape = [rows, neighbors];
  return {
    neighbors: { shape, data: indices },
    similarities: { shape, data: similarities },
  };
}

/** The lists that {@link neighborState} stored. */
export function readNeighbors(
  tensors: TensorReader,
  rows: number,
  neighbors: number,
): NeighborLists {
  const shape = [rows, neighbors];
  return {
    rows,
    neighbors,
    indices: Int32Array.from(tensors.int32('neighbors', shape, [-1, rows - 1])),
    similarities: Float32Array.from(tensors.float32('similarities', shape)),
  };
}
