import fc from 'fast-check';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import {
  buildCsr,
  emptyCsr,
  engineStatus,
  finish,
  nearestNeighbors,
  Random,
  ready,
} from '../src/index.js';
import type { Csr, NeighborLists, Similarity } from '../src/index.js';
import { csrArbitrary, csrOf, expectError } from './support.js';

interface Neighbor {
  row: number;
  similarity: number;
}

function listOf(lists: NeighborLists, row: number): Neighbor[] {
  const list: Neighbor[] = [];
  for (let place = row * lists.neighbors; place < (row + 1) * lists.neighbors; place++) {
    if (lists.indices[place] === -1) expect(lists.similarities[place]).toBe(0);
    else list.push({ row: lists.indices[place]!, similarity: lists.similarities[place]! });
  }
  return list;
}

function rowOf(csr: Csr, row: number): Map<number, number> {
  const entries = new Map<number, number>();
  for (let p = csr.offsets[row]!; p < csr.offsets[row + 1]!; p++) {
    entries.set(csr.indices[p]!, csr.values[p]!);
  }
  return entries;
}

/** The definition, pair by pair. */
function reference(csr: Csr, row: number, similarity: Similarity, shrink: number, k: number) {
  const x = rowOf(csr, row);
  const found: Neighbor[] = [];
  for (let other = 0; other < csr.rows; other++) {
    if (other === row) continue;
    const y = rowOf(csr, other);
    const common = [...x.keys()].filter((column) => y.has(column));
    const sum = (term: (column: number) => number, columns: Iterable<number>) =>
      [...columns].reduce((total, column) => total + term(column), 0);
    const products = sum((c) => x.get(c)! * y.get(c)!, common);
    const xSquare = (c: number): number => x.get(c)! ** 2;
    const ySquare = (c: number): number => y.get(c)! ** 2;
    let value: number;
    if (similarity === 'jaccard') value = common.length / (x.size + y.size - common.length);
    else if (similarity === 'cosine') {
      value = products / Math.sqrt(sum(xSquare, x.keys()) * sum(ySquare, y.keys()));
    } else value = products / Math.sqrt(sum(xSquare, common) * sum(ySquare, common));
    value *= common.length / (common.length + shrink);
    if (value > 0) found.push({ row: other, similarity: value });
  }
  found.sort((a, b) =>
    Math.abs(a.similarity - b.similarity) < 1e-7 ? a.row - b.row : b.similarity - a.similarity,
  );
  return found.slice(0, k);
}

const matrix = csrOf(4, [
  [
    [0, 1],
    [1, 2],
  ],
  [
    [1, 2],
    [0, 1],
  ],
  [
    [1, 3],
    [2, 4],
  ],
  [[3, 1]],
]);

describe('nearestNeighbors', () => {
  beforeAll(async () => {
    await ready();
  });

  it.each([
    // row 0 and row 2 share column 1: 2·3 / (√5 · 5)
    ['cosine', 0, [1, 6 / (5 * Math.sqrt(5))]],
    ['correlation', 0, [1, 1]],
    ['jaccard', 0, [1, 1 / 3]],
    // two shared columns of 2 + 2, one of 1 + 2
    ['cosine', 2, [0.5, 6 / (5 * Math.sqrt(5)) / 3]],
    ['jaccard', 2, [0.5, 1 / 9]],
  ] as const)('gives the %s similarities shrunk by %d', (similarity, shrink, expected) => {
    const lists = finish(nearestNeighbors(matrix, { neighbors: 3, similarity, shrink }));
    const first = listOf(lists, 0);
    expect(first.map(({ row }) => row)).toEqual([1, 2]);
    first.forEach((neighbor, i) => {
      expect(neighbor.similarity).toBeCloseTo(expected[i]!, 6);
    });
    expect(listOf(lists, 3)).toEqual([]);
    expect([...lists.indices.subarray(9)]).toEqual([-1, -1, -1]);
  });

  it('is the definition on any matrix', () => {
    fc.assert(
      fc.property(
        csrArbitrary(true),
        fc.constantFrom<Similarity>('cosine', 'jaccard', 'correlation'),
        fc.constantFrom(0, 1, 7.5),
        fc.integer({ min: 1, max: 12 }),
        (csr, similarity, shrink, neighbors) => {
          const lists = finish(nearestNeighbors(csr, { neighbors, similarity, shrink }));
          expect(lists.indices.length).toBe(csr.rows * neighbors);
          for (let row = 0; row < csr.rows; row++) {
            const actual = listOf(lists, row);
            const expected = reference(csr, row, similarity, shrink, neighbors);
            expect(actual.map((neighbor) => neighbor.row)).toEqual(expected.map((n) => n.row));
            actual.forEach((neighbor, i) => {
              expect(neighbor.similarity).toBeCloseTo(expected[i]!.similarity, 6);
            });
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('correlates like Pearson when rows are centred by the caller', () => {
    // Centred, the rows are -2 -1 0 1 2 and -1 -2 1 0 2: Σ x·y = 8 and Σ x² = Σ y² = 10.
    const a = [1, 2, 3, 4, 5].map((value, column) => [column, value - 3] as const);
    const b = [2, 1, 4, 3, 5].map((value, column) => [column, value - 3] as const);
    const csr = csrOf(5, [[...a], [...b]]);
    const lists = finish(
      nearestNeighbors(csr, { neighbors: 1, similarity: 'correlation', shrink: 0 }),
    );
    expect(lists.similarities[0]).toBeCloseTo(0.8, 6);
  });

  it('keeps the lowest rows among equals and yields on large matrices', () => {
    const rows = 2500;
    const all = Int32Array.from({ length: rows }, (_, row) => row);
    const steps = nearestNeighbors(buildCsr(rows, 1, all, new Int32Array(rows)), {
      neighbors: 2,
      similarity: 'cosine',
      shrink: 0,
    });
    expect(steps.next().done).toBe(false);
    const lists = finish(steps);
    expect([...lists.indices.subarray(0, 6)]).toEqual([1, 2, 0, 2, 0, 1]);
    expect([...lists.indices.subarray(2 * rows - 2)]).toEqual([0, 1]);
  });

  it('takes matrices without rows or entries', () => {
    const options = { neighbors: 2, similarity: 'jaccard', shrink: 1 } as const;
    expect(finish(nearestNeighbors(emptyCsr(0, 3), options)).indices.length).toBe(0);
    expect([...finish(nearestNeighbors(emptyCsr(1, 0), options)).indices]).toEqual([-1, -1]);
  });

  it('refuses repeated columns and options out of range', () => {
    const options = { neighbors: 2, similarity: 'cosine', shrink: 0 } as const;
    const repeated = buildCsr(2, 2, Int32Array.of(1, 1), Int32Array.of(0, 0));
    expectError(
      () => finish(nearestNeighbors(repeated, options)),
      'invalid-argument',
      'Row 1 has column 0',
      'mergeRepeats',
    );
    for (const neighbors of [0, 1.5, NaN]) {
      expectError(
        () => finish(nearestNeighbors(matrix, { ...options, neighbors })),
        'invalid-argument',
        'neighbors',
      );
    }
    for (const shrink of [-1, NaN, Infinity]) {
      expectError(
        () => finish(nearestNeighbors(matrix, { ...options, shrink })),
        'invalid-argument',
        'shrink',
      );
    }
  });

  it('gives lists of a larger random matrix that hold up pair by pair', () => {
    const random = new Random(6);
    const entries = 6000;
    const keys = random.permutation(200 * 90).subarray(0, entries);
    const csr = buildCsr(
      200,
      90,
      keys.map((key) => Math.floor(key / 90)),
      keys.map((key) => key % 90),
      Float32Array.from({ length: entries }, () => random.normal()),
    );
    const lists = finish(
      nearestNeighbors(csr, { neighbors: 20, similarity: 'correlation', shrink: 5 }),
    );
    for (const row of [0, 99, 199]) {
      const expected = reference(csr, row, 'correlation', 5, 20);
      expect(listOf(lists, row).map((n) => n.row)).toEqual(expected.map((n) => n.row));
    }
  });

  /** Rows of very different lengths, some empty, with values that are no whole numbers. */
  function uneven(rows: number, columns: number, seed: number): Csr {
    const random = new Random(seed);
    const rowOf: number[] = [];
    const columnOf: number[] = [];
    for (let row = 0; row < rows; row++) {
      const share = random.uniform() ** 4;
      for (let column = 0; column < columns; column++) {
        if (random.uniform() < share) {
          rowOf.push(row);
          columnOf.push(column);
        }
      }
    }
    const values = Float32Array.from(rowOf, () => random.normal() + 1);
    return buildCsr(rows, columns, Int32Array.from(rowOf), Int32Array.from(columnOf), values);
  }

  it.each(['cosine', 'jaccard', 'correlation'] as const)(
    'gives the same bits of %s on any number of threads and frees its memory',
    async (similarity) => {
      const csr = uneven(400, 150, 3);
      for (const shrink of [0, 2.5]) {
        const results: NeighborLists[] = [];
        for (const threads of [1, 2, 3]) {
          await ready({ threads });
          const before = engineStatus()?.usedBytes;
          results.push(finish(nearestNeighbors(csr, { neighbors: 30, similarity, shrink })));
          expect(engineStatus()?.usedBytes).toBe(before);
        }
        expect(results[1]).toEqual(results[0]);
        expect(results[2]).toEqual(results[0]);
      }
    },
  );

  it.each(['cosine', 'jaccard', 'correlation'] as const)(
    'gives %s within 1e-6 where more rows are alike than are kept at once',
    (similarity) => {
      const csr = uneven(1500, 40, 4);
      for (const shrink of [0, 3]) {
        const lists = finish(nearestNeighbors(csr, { neighbors: 1500, similarity, shrink }));
        const few = finish(nearestNeighbors(csr, { neighbors: 7, similarity, shrink }));
        for (const row of [0, 777, 1499]) {
          const list = listOf(lists, row);
          expect(listOf(few, row)).toEqual(list.slice(0, 7));
          const expected = new Map(
            reference(csr, row, similarity, shrink, 1500).map((n) => [n.row, n.similarity]),
          );
          expect(list.length).toBeGreaterThanOrEqual(expected.size - 1);
          let before = Infinity;
          for (const neighbor of list) {
            const { similarity: value } = neighbor;
            expect(value).toBeLessThanOrEqual(before);
            before = value;
            const wanted = expected.get(neighbor.row) ?? 0;
            expect(Math.abs(value - wanted)).toBeLessThan(1e-6);
          }
        }
      }
    },
  );

  it('treats ones like any other number that all entries share', () => {
    const csr = uneven(300, 60, 5);
    const [ones, twos] = [1, 2].map((value) => ({
      ...csr,
      values: new Float32Array(csr.values.length).fill(value),
    }));
    for (const shrink of [0, 2.5]) {
      const options = { neighbors: 40, similarity: 'cosine', shrink } as const;
      const lists = finish(nearestNeighbors(ones!, options));
      expect(lists).toEqual(finish(nearestNeighbors(twos!, options)));
      expect(lists.indices.some((index) => index >= 0)).toBe(true);
    }
  });

  it('compares rows of huge and of tiny values', () => {
    const csr = csrOf(2, [
      [
        [0, 3e38],
        [1, 3e38],
      ],
      [
        [0, 1e-40],
        [1, 1e-40],
      ],
      [[0, 1e-20]],
      [[1, 0]],
    ]);
    for (const shrink of [0, 1]) {
      const lists = finish(nearestNeighbors(csr, { neighbors: 3, similarity: 'cosine', shrink }));
      expect(listOf(lists, 0).map((n) => n.row)).toEqual([1, 2]);
      expect(listOf(lists, 0)[0]!.similarity).toBeCloseTo(2 / (2 + shrink), 6);
      expect(listOf(lists, 3)).toEqual([]);
    }
  });

  it('is typed', () => {
    const misuse = (): void => {
      // @ts-expect-error no such similarity
      nearestNeighbors(matrix, { neighbors: 1, similarity: 'euclidean', shrink: 0 });
    };
    expect(misuse).toBeTypeOf('function');
    expectTypeOf<Similarity>().toEqualTypeOf<'cosine' | 'jaccard' | 'correlation'>();
  });
});
