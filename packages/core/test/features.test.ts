import { describe, expect, expectTypeOf, it } from 'vitest';
import { FeatureTable, Vocabulary } from '../src/index.js';
import { errorOf } from './error-of.js';

interface Film {
  readonly id: number;
  readonly title?: string;
  readonly year?: number;
  readonly genres?: readonly string[];
  readonly language?: string;
}

const films: Film[] = [
  { id: 7, title: 'Alien', year: 1979, genres: ['horror', 'space'], language: 'en' },
  { id: 3 },
];
const kinds = { title: 'text', year: 'number', genres: 'tags', language: 'category' } as const;

describe('FeatureTable', () => {
  const table = FeatureTable.fromRows(films, 'id', kinds);

  it('makes a column a feature, with missing entries as documented', () => {
    expectTypeOf(table).toEqualTypeOf<FeatureTable<number>>();
    expect([...table.ids]).toEqual([7, 3]);
    expect([...table.columns.keys()]).toEqual(['title', 'year', 'genres', 'language']);
    expect(table.columns.get('title')).toEqual({ kind: 'text', values: ['Alien', undefined] });
    expect(table.columns.get('year')).toEqual({
      kind: 'number',
      values: Float64Array.of(1979, NaN),
    });
    expect(table.columns.get('genres')).toEqual({
      kind: 'tags',
      values: [['horror', 'space'], []],
    });
    expect(table.columns.get('language')!.kind).toBe('category');
  });

  it('writes an entry as text', async () => {
    expect(table.text(7, 'title')).toBe('Alien');
    expect(table.text(7, 'year')).toBe('1979');
    expect(table.text(7, 'genres')).toBe('horror, space');
    expect(table.text(3, 'title')).toBeUndefined();
    expect(table.text(3, 'year')).toBeUndefined();
    expect(table.text(3, 'genres')).toBe('');
    expect(table.text(99, 'title')).toBeUndefined();
    const error = await errorOf(() => table.text(7, 'titel'));
    expect(error.code).toBe('unknown-name');
    expect(error.message).toBe('There is no feature "titel"; did you mean "title"?');
  });

  it.each([
    [{ id: 7 }, 'Row 2 repeats the id 7; a feature table has one row an id.'],
    [{ id: undefined }, 'Row 2: "id" is undefined, expected an id'],
    [{ id: 1, year: '1979' }, 'Row 2: "year" is "1979", expected a finite number'],
    [{ id: 1, year: Infinity }, 'Row 2: "year" is Infinity, expected a finite number'],
    [{ id: 1, title: null }, 'Row 2: "title" is null, expected a string.'],
    [{ id: 1, language: 4 }, 'Row 2: "language" is 4, expected a string.'],
    [{ id: 1, genres: 'space' }, 'Row 2: "genres" is "space", expected an array of strings.'],
    [{ id: 1, genres: ['a', 1] }, 'Row 2: "genres" is ["a",1], expected an array of strings.'],
  ])('refuses the row %o', async (row, message) => {
    const error = await errorOf(() => FeatureTable.fromRows([...films, row as Film], 'id', kinds));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain(message);
  });

  it('refuses a column of another length', async () => {
    const columns = new Map([['tone', { kind: 'text', values: ['a'] } as const]]);
    const error = await errorOf(() => new FeatureTable(Vocabulary.from(['x', 'y']), columns));
    expect(error.message).toBe('The feature "tone" has 1 entries for 2 ids.');
  });

  it('takes properties that exist only', () => {
    const refused = [
      // @ts-expect-error -- no such property
      () => FeatureTable.fromRows(films, 'id', { colour: 'text' }),
      // @ts-expect-error -- tags are no id
      () => FeatureTable.fromRows(films, 'genres', kinds),
      // @ts-expect-error -- no such kind
      () => FeatureTable.fromRows(films, 'id', { title: 'words' }),
    ];
    expect(refused).toHaveLength(3);
  });
});
