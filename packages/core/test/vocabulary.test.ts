import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { Vocabulary, VocabularyBuilder, type Id } from '../src/index.js';
import { errorOf } from './error-of.js';

const id = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);

describe('Vocabulary', () => {
  it('numbers distinct ids in the order of their first appearance', () => {
    const vocabulary = Vocabulary.from<string>(['b', 'a', 'b', 'c', 'a']);
    expect([...vocabulary]).toEqual(['b', 'a', 'c']);
    expect(vocabulary.size).toBe(3);
    expect(vocabulary.row('a')).toBe(1);
    expect(vocabulary.row('z')).toBeUndefined();
    expect(vocabulary.id(2)).toBe('c');
    expect(vocabulary.has('c')).toBe(true);
    expect(vocabulary.has('toString')).toBe(false);
  });

  it('keeps text and numbers apart, and takes any finite number or text as a label', () => {
    const ids: Id[] = ['7', 7, -1, 1e21, 0.5, '', '__proto__', '😀', ' 7'];
    const vocabulary = Vocabulary.from(ids);
    expect([...vocabulary]).toEqual(ids);
    expect(vocabulary.row(7)).toBe(1);
    expect(vocabulary.row('7')).toBe(0);
    expect(vocabulary.row('')).toBe(5);
  });

  it('reads -0 as 0', () => {
    const vocabulary = Vocabulary.from([-0, 0]);
    expect(vocabulary.size).toBe(1);
    expect(Object.is(vocabulary.id(0), 0)).toBe(true);
    expect(vocabulary.row(-0)).toBe(0);
  });

  it('is a one-to-one map', () => {
    fc.assert(
      fc.property(fc.array(id), (ids) => {
        const vocabulary = Vocabulary.from(ids);
        expect(vocabulary.size).toBe(new Set(ids).size);
        for (const known of ids)
          expect(vocabulary.id(vocabulary.row(known)!)).toBe(known === 0 ? 0 : known);
        [...vocabulary].forEach((known, row) => {
          expect(vocabulary.row(known)).toBe(row);
        });
      }),
    );
  });

  it.each([0.5, -1, 3, NaN, Infinity])('has no row %s', async (row) => {
    const error = await errorOf(() => Vocabulary.from<string>(['a', 'b', 'c']).id(row));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain(`Row ${row} is not in the vocabulary; it has 3 rows`);
  });

  it.each([NaN, Infinity, undefined, null, true, {}, 7n])('refuses %s as an id', async (bad) => {
    // @ts-expect-error -- not every one of these is an id
    const error = await errorOf(() => Vocabulary.from([bad]));
    expect(error.code).toBe('invalid-argument');
    expect(error.message).toContain('is not an id: ids are strings or finite numbers');
  });

  it('keeps the type of its ids', () => {
    expectTypeOf(Vocabulary.from([1, 2] as number[]).id(0)).toEqualTypeOf<number>();
    const vocabulary = Vocabulary.from(['a'] as string[]);
    expectTypeOf(vocabulary).toExtend<Vocabulary>();
    // @ts-expect-error -- the ids are strings
    expect(vocabulary.row(7)).toBeUndefined();
  });
});

describe('VocabularyBuilder', () => {
  it('gives rows while it grows, and starts again after build', () => {
    const builder = new VocabularyBuilder<string>();
    expect([builder.add('a'), builder.add('b'), builder.add('a')]).toEqual([0, 1, 0]);
    expect(builder.size).toBe(2);
    const first = builder.build();
    expect(builder.size).toBe(0);
    expect(builder.add('b')).toBe(0);
    expect([...first]).toEqual(['a', 'b']);
    expect([...builder.build()]).toEqual(['b']);
    expect(first.size).toBe(2);
  });
});
