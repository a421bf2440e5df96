import { describe, expect, it } from 'vitest';
import { csvText } from '../src/index.js';
import { errorOf } from './error-of.js';

describe('csvText', () => {
  it('writes a header and rows', () => {
    expect(
      csvText(
        ['model', 'ndcg@10'],
        [
          ['als', 0.5],
          ['b,"c"', -1],
        ],
      ),
    ).toBe('model,ndcg@10\nals,0.5\n"b,""c""",-1\n');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+a', "'+a"],
    ['-a', "'-a"],
    ['@sum', "'@sum"],
    ['\ta', "'\ta"],
    ['\r', '"\'\r"'],
    ['=a,b', '"\'=a,b"'],
    ['-5', '-5'],
    ['+1.5e3', '+1.5e3'],
    ['-5+cmd', "'-5+cmd"],
    ['a=1', 'a=1'],
    ['', ''],
  ])('writes %j as %j', (cell, written) => {
    expect(csvText(['a', 'b'], [[cell, 1]])).toBe(`a,b\n${written},1\n`);
  });

  it('writes an empty cell in a single column so that the line is not blank', () => {
    expect(csvText(['a'], [['']])).toBe('a\n""\n');
  });

  it('refuses rows of another length', async () => {
    const error = await errorOf(() => csvText(['a', 'b'], [['1', 2], [3]]));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toMatch(/^Row 1 has 1 cells, expected 2/);
  });
});
