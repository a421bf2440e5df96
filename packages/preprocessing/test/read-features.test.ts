import { describe, expect, it } from 'vitest';
import type { FeatureSpec } from '../src/index.js';
import { errorOf } from './error-of.js';
import { features } from './sources.js';

describe('delimited features', () => {
  const text = 'title,id,genres,year\n"Heat, the film",7,Crime|Drama,1995\nUp,8,,\n';

  it('are text by default', async () => {
    const table = await features(text, { format: 'delimited', id: 'id' });
    expect([...table.ids]).toEqual(['7', '8']);
    expect([...table.columns.keys()]).toEqual(['title', 'genres', 'year']);
    expect(table.text('7', 'title')).toBe('Heat, the film');
    expect(table.text('8', 'genres')).toBeUndefined();
  });

  it('are of the kinds given', async () => {
    const table = await features(text, {
      format: 'delimited',
      id: 1,
      ids: 'number',
      kinds: { genres: 'tags', year: 'number', title: 'category' },
    });
    expect([...table.ids]).toEqual([7, 8]);
    expect(table.columns.get('genres')).toEqual({ kind: 'tags', values: [['Crime', 'Drama'], []] });
    expect(table.columns.get('year')).toEqual({
      kind: 'number',
      values: Float64Array.of(1995, NaN),
    });
    expect(table.columns.get('title')?.kind).toBe('category');
  });

  it('need no header', async () => {
    const table = await features('1::Heat::a;b\n2::Up::\n', {
      format: 'delimited',
      separator: '::',
      header: false,
      tagSeparator: ';',
      kinds: { '2': 'tags' },
    });
    expect(table.text('2', '1')).toBe('Up');
    expect(table.text('1', '2')).toBe('a, b');
  });

  it('leave out lines without an id', async () => {
    const table = await features('id,title\n1,a\n,b\n', { format: 'delimited' });
    expect([...table.ids]).toEqual(['1']);
  });

  it.each<[string, FeatureSpec, RegExp]>([
    ['id,t\n1,a\n1,b\n', { format: 'delimited' }, /^data:3:1: found the id "1" again/],
    ['id,t\n1,a,b\n', { format: 'delimited' }, /^data:2:1: found 3 fields .*expected 2/],
    ['id,t\n1\n', { format: 'delimited' }, /^data:2:1: found 1 fields/],
    [
      'id,t\n1,a\n',
      { format: 'delimited', id: 'Id' },
      /expected one named "Id"; did you mean "id"/,
    ],
    [
      'id,t\n1,a\n',
      { format: 'delimited', id: 2 },
      /expected one at index 2 for the ids; correct id/,
    ],
    ['id\tt\n1\ta\n', { format: 'delimited', id: 1 }, /set separator to "\\t"/],
    ['id,t\n1,a\n', { format: 'delimited', kinds: { tt: 'tags' } }, /expected one named "tt"/],
    [
      'id,t\n1,a\n',
      { format: 'delimited', kinds: { t: 'number' } },
      /^data:2:3: found "a", expected a finite/,
    ],
    ['id,t,t\n1,a,b\n', { format: 'delimited' }, /two columns named "t"/],
    [
      'id,t\nx,a\n',
      { format: 'delimited', ids: 'number' },
      /^data:2:1: found "x", expected a number/,
    ],
  ])('that are bad are an error', async (content, spec, message) => {
    const error = await errorOf(() => features(content, spec));
    expect(error.code).toBe('parse');
    expect(error.message).toMatch(message);
  });

  it.each(['', 'id,title\n', 'id,title\n,a\n'])('without ids are an error', async (content) => {
    const error = await errorOf(() => features(content, { format: 'delimited' }));
    expect(error.code).toBe('empty-data');
  });
});

describe('recbole features', () => {
  const text =
    'item_id:token\ttitle:token_seq\tyear:token\tclass:token_seq\tprice:float\n1\tToy Story\t1995\tComedy Kids\t2.5\n';

  it('have their kinds in the header', async () => {
    const table = await features(text, { format: 'recbole', kinds: { title: 'text' } });
    expect(Object.fromEntries(table.columns)).toEqual({
      title: { kind: 'text', values: ['Toy Story'] },
      year: { kind: 'category', values: ['1995'] },
      class: { kind: 'tags', values: [['Comedy', 'Kids']] },
      price: { kind: 'number', values: Float64Array.of(2.5) },
    });
  });
});

describe('jsonl features', () => {
  it('go by their first values', async () => {
    const text =
      '{"id":1,"n":null,"price":2,"other":{}}\n{"id":2,"tags":["a"],"title":"t","n":1,"price":null}\n{"id":3,"__proto__":"p"}\n';
    const table = await features(text, { format: 'jsonl', id: 'id', ids: 'number' });
    expect([...table.ids]).toEqual([1, 2, 3]);
    expect(Object.fromEntries(table.columns)).toEqual({
      price: { kind: 'number', values: Float64Array.of(2, NaN, NaN) },
      tags: { kind: 'tags', values: [[], ['a'], []] },
      title: { kind: 'text', values: [undefined, 't', undefined] },
      n: { kind: 'number', values: Float64Array.of(NaN, 1, NaN) },
      ['__proto__']: { kind: 'text', values: [undefined, undefined, 'p'] },
    });
  });

  it('are of the kinds given', async () => {
    const spec: FeatureSpec = { format: 'jsonl', id: 'id', kinds: { year: 'category' } };
    const table = await features('{"id":"a","year":1999}', spec);
    expect(table.columns.get('year')).toEqual({ kind: 'category', values: ['1999'] });
  });

  it('that are bad are an error', async () => {
    const spec: FeatureSpec = { format: 'jsonl', id: 'id' };
    const mixed = await errorOf(() => features('{"id":1,"a":1}\n{"id":2,"a":"b"}', spec));
    expect(mixed.message).toMatch(/^data:2:1: found "b" as "a", expected a finite number or null/);
    const again = await errorOf(() => features('{"id":1}\n{"id":"1"}', spec));
    expect(again.message).toMatch(/found the id "1" again/);
    const kinds = await errorOf(() =>
      features('{"id":1,"a":1}', { ...spec, kinds: { b: 'text' } }),
    );
    expect(kinds.code).toBe('unknown-name');
  });
});
