import { Vocabulary } from '@tensorec/core';
import { describe, expect, it } from 'vitest';
import { columnsFor, commonUsers, overRuns } from '../src/user-values.js';

const test = { users: Vocabulary.from(['a', 'b', 'c']) };
const other = { users: Vocabulary.from(['c', 'd']) };

describe('values of users over runs', () => {
  const runs = [
    {
      test,
      userRows: [0, 2],
      columns: [
        [1, 2],
        [10, 20],
      ],
    },
    {
      test: other,
      userRows: [0, 1],
      columns: [
        [4, 5],
        [40, 50],
      ],
    },
  ];

  it('are matched by id and averaged over the runs that have the user', () => {
    const { users, columns } = overRuns(runs, 'mean');
    expect(users).toEqual(['a', 'c', 'd']);
    expect(columns.map((column) => [...column])).toEqual([
      [1, 3, 5],
      [10, 30, 50],
    ]);
  });

  it('are added where they are sums', () => {
    const { columns } = overRuns(runs, 'sum');
    expect(columns.map((column) => [...column])).toEqual([
      [1, 6, 5],
      [10, 60, 50],
    ]);
  });

  it('can be read for some users in their order', () => {
    const all = overRuns(runs, 'sum');
    expect(columnsFor(all, ['d', 'a']).map((column) => [...column])).toEqual([
      [5, 1],
      [50, 10],
    ]);
    expect(columnsFor(all, ['a', 'c', 'd'])).toBe(all.columns);
    expect(commonUsers([all, { users: ['d', 'x', 'c'], columns: [] }])).toEqual(['c', 'd']);
    expect(commonUsers([])).toEqual([]);
  });
});
