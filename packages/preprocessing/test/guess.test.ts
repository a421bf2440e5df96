import { describe, expect, it } from 'vitest';
import { guessFormat, guessItems, type FormatGuess } from '../src/index.js';
import { errorOf } from './error-of.js';
import { source } from './sources.js';

function guess(content: string | Uint8Array): Promise<FormatGuess> {
  return guessFormat(source(content, 1 << 16, 'data.txt'));
}

/** Lines made one by one. */
function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => line(n)).join('\n');
}

describe('tables with a header', () => {
  it.each([
    ['userId,movieId,rating,timestamp', 'userId', 'movieId', 'rating', 'timestamp'],
    ['timestamp,rating,movieId,userId', 'userId', 'movieId', 'rating', 'timestamp'],
    ['user_id,item_id,cnt,date', 'user_id', 'item_id', 'cnt', 'date'],
    ['uid,sku,score,unixtime', 'uid', 'sku', 'score', 'unixtime'],
    ['reviewerID,asin,overall,unixReviewTime', 'reviewerID', 'asin', 'overall', 'unixReviewTime'],
    ['visitorid,itemid,count,ts', 'visitorid', 'itemid', 'count', 'ts'],
    [
      'Customer ID,StockCode,Quantity,InvoiceDate',
      'Customer ID',
      'StockCode',
      'Quantity',
      'InvoiceDate',
    ],
    ['user,track,listen,time', 'user', 'track', 'listen', 'time'],
    ['u,i,r,t', 'u', 'i', undefined, 't'],
    [
      'anon_user_id,news_article_id,clicks,event_time',
      'anon_user_id',
      'news_article_id',
      'clicks',
      'event_time',
    ],
  ])('%s', async (header, user, item, value, timestamp) => {
    const rows = lines(30, (n) => {
      const cells: Record<string, number> = {
        [user]: n % 7,
        [item]: (n * 5) % 11,
        [String(value)]: 1 + (n % 5),
        [timestamp]: 1_500_000_000 + n,
      };
      return header
        .split(',')
        .map((name) => cells[name] ?? 3)
        .join(',');
    });
    const { spec, confidence, order } = await guess(`${header}\n${rows}\n`);
    expect(spec).toEqual({
      format: 'delimited',
      header: true,
      columns: { user, item, ...(value === undefined ? {} : { value }), timestamp },
    });
    expect(confidence).toBeGreaterThan(0.9);
    expect(order).toBe('timestamps');
  });

  it('knows sessions by their name', async () => {
    const text = `session_id,item_id,time\n${lines(30, (n) => `${n % 9},${n % 4},${1_600_000_000 + n}`)}`;
    const { users, spec } = await guess(text);
    expect(users).toBe('sessions');
    expect(spec).toMatchObject({ columns: { user: 'session_id', item: 'item_id' } });
  });

  it('takes positions where names come twice', async () => {
    const { spec } = await guess('user,item,item\n1,2,2\n1,3,3\n');
    expect(spec).toEqual({ format: 'delimited', header: true, columns: { user: 0, item: 1 } });
  });

  it('leaves out values and times that cannot be read, and says so', async () => {
    const { spec, missing } = await guess(
      'user,item,rating,date\n1,2,good,"06 15, 2014"\n1,3,bad,soon\n',
    );
    expect(spec).toEqual({
      format: 'delimited',
      header: true,
      columns: { user: 'user', item: 'item' },
    });
    expect(missing[0]).toMatch(/"rating" holds "good", which is no number/);
    expect(missing[1]).toMatch(
      /"date" holds "06 15, 2014", which is no number and no ISO 8601 date/,
    );
  });

  it('does not take a duration for a time', async () => {
    const { spec } = await guess('user,video,watch_time\n1,2,7.5\n1,3,90\n2,2,3\n');
    expect(spec).toEqual({
      format: 'delimited',
      header: true,
      columns: { user: 'user', item: 'video' },
    });
  });

  it('reads quoted cells that hold separators and line ends', async () => {
    const rows = lines(10, (n) => `${n % 3},"a, ""quoted""\ntitle ${n % 2}",4`);
    const { spec } = await guess(`user,title,rating\n${rows}`);
    expect(spec).toMatchObject({ columns: { user: 'user', item: 'title', value: 'rating' } });
  });

  it('recbole', async () => {
    const { spec, values } = await guess(
      `user_id:token\titem_id:token\tweight:float\n${lines(30, (n) => `${n % 4}\t${n % 5}\t${n % 9}00`)}`,
    );
    expect(spec).toEqual({
      format: 'recbole',
      columns: { user: 'user_id', item: 'item_id', value: 'weight' },
    });
    expect(values).toBe('counts');
  });
});

describe('tables without a header', () => {
  it('ratings and epoch seconds, parted by ::', async () => {
    const { spec, values, order } = await guess(
      lines(60, (n) => `${n % 9}::${n % 20}::${1 + (n % 5)}::${978_300_000 + n}`),
    );
    expect(spec).toEqual({
      format: 'delimited',
      separator: '::',
      columns: { user: 0, item: 1, value: 2, timestamp: 3 },
    });
    expect(values).toBe('ratings');
    expect(order).toBe('timestamps');
  });

  it.each([
    ['milliseconds', (n: number) => String(1_500_000_000_000 + n)],
    ['dates', (n: number) => `2024-05-${String(10 + (n % 9))}T10:00:00Z`],
    ['days', (n: number) => `2024-05-${String(10 + (n % 9))}`],
  ])('%s between user and item', async (_, time) => {
    const { spec } = await guess(lines(40, (n) => `u${n % 6};${time(n)};i${n % 8}`));
    expect(spec).toEqual({
      format: 'delimited',
      separator: ';',
      columns: { user: 0, item: 2, timestamp: 1 },
    });
  });

  it('does not take ISBNs for times', async () => {
    const { spec } = await guess(lines(60, (n) => `${n % 9};0${439_023_480 + (n % 20)};${n % 11}`));
    expect(spec).toEqual({
      format: 'delimited',
      separator: ';',
      columns: { user: 0, item: 1, value: 2 },
    });
  });

  it('knows a user whose events fill the beginning', async () => {
    const { spec } = await guess(lines(6000, (n) => `7,${n % 900},${1_600_000_000 + n}`));
    expect(spec).toEqual({ format: 'delimited', columns: { user: 0, item: 1, timestamp: 2 } });
  });

  it('counts beyond the scale of ratings', async () => {
    const { spec, values } = await guess(lines(40, (n) => `${n % 7}\t${n % 9}\t${n * n + 3}`));
    expect(spec).toMatchObject({ separator: '\t', columns: { value: 2 } });
    expect(values).toBe('counts');
  });

  it('a value that never changes', async () => {
    expect((await guess(lines(40, (n) => `${n % 7}\t${n % 9}\t1`))).values).toBe('constant');
  });

  it.each([' ', '|', '^', '||', '#'])('parted by %j', async (separator) => {
    const { spec } = await guess(lines(40, (n) => [n % 7, n % 9, (n % 3) + 2.5].join(separator)));
    expect(spec).toMatchObject({
      format: 'delimited',
      separator,
      columns: { user: 0, item: 1, value: 2 },
    });
  });

  it('sees the order of time in unsorted items of users that stand together', async () => {
    const shuffled = lines(60, (n) => `${Math.floor(n / 20)} ${(n * 7) % 31}`);
    expect((await guess(shuffled)).order).toBe('lines');
    const sorted = lines(60, (n) => `${Math.floor(n / 20)} ${n % 20}`);
    expect((await guess(sorted)).order).toBe('unknown');
  });
});

describe('lists', () => {
  const ragged = (n: number): number[] => Array.from({ length: 3 + (n % 4) }, (_, k) => 10 * k + n);

  it('sorted items are adjacency', async () => {
    const { spec, confidence } = await guess(lines(30, (n) => [n, ...ragged(n)].join(' ')));
    expect(spec).toEqual({ format: 'adjacency' });
    expect(confidence).toBeGreaterThan(0.8);
  });

  it('unsorted items are sequences, with adjacency as the alternative', async () => {
    const { spec, alternatives, order } = await guess(
      lines(30, (n) => [n, ...ragged(n).reverse()].join(' ')),
    );
    expect(spec).toEqual({ format: 'sequences' });
    expect(alternatives[0]?.spec).toEqual({ format: 'adjacency' });
    expect(order).toBe('lines');
  });

  it('items that come twice make sequences surer', async () => {
    const { confidence } = await guess(lines(30, (n) => [n, ...ragged(n), ...ragged(n)].join(' ')));
    expect(confidence).toBe(0.8);
  });

  it('beginnings that repeat are items, so lines are sessions', async () => {
    const { spec, users } = await guess(
      lines(60, (n) => Array.from({ length: 2 + (n % 3) }, (_, k) => (n * 3 + k) % 17).join(' ')),
    );
    expect(spec).toEqual({ format: 'sessions' });
    expect(users).toBe('sessions');
  });

  it('names of users and items need no digits', async () => {
    expect((await guess('ann heat alien solaris\nbob alien heat\ncem heat\n')).spec.format).toBe(
      'sequences',
    );
  });

  it('one more item after a tab is a test part of sessions', async () => {
    const { spec, part } = await guess('1 2 3\t4\n5\t6\n7 8\t9\n');
    expect([spec.format, part]).toEqual(['sessions', 'test']);
  });

  it.each([
    lines(5, (n) => `(${n}, ${n + 1})\t3\t4\t5`),
    lines(5, (n) => `${n}\t${n + 1}\t4\t978300000\t3 4 5 6 7 8`),
  ])('with negatives are candidates', async (text) => {
    const { spec, part } = await guess(text);
    expect([spec.format, part]).toEqual(['candidates', 'test']);
  });

  it('dst', async () => {
    const text = 'I,4,"x"\nA,5,1,"Title, with comma","/x"\nC,"1",1\nV,5,1\nC,"2",2\nV,5,1\n';
    expect((await guess(text)).spec).toEqual({ format: 'dst' });
  });
});

describe('jsonl', () => {
  it('is read by the names of properties', async () => {
    const text = lines(
      9,
      (n) =>
        `{"userId":"u${n % 3}","sku":${n},"stars":${1 + (n % 5)},"ts":"2024-01-0${n + 1}","tags":["x"]}`,
    );
    expect((await guess(text)).spec).toEqual({
      format: 'jsonl',
      columns: { user: 'userId', item: 'sku', value: 'stars', timestamp: 'ts' },
    });
  });

  it('leaves out values that are no numbers', async () => {
    const { spec, missing } = await guess(
      '{"user":1,"item":2,"rating":"5"}\n{"user":1,"item":3,"rating":"4"}\n',
    );
    expect(spec).toEqual({ format: 'jsonl', columns: { user: 'user', item: 'item' } });
    expect(missing[0]).toMatch(/not every "rating" can be read as a number/);
  });
});

describe('files without interactions are refused with what was seen and what is needed', () => {
  const table = lines(40, (n) => `${n},title ${n},genre`);
  it.each([
    ['items', `movieId,title,genres\n${table}`, /columns "movieId", "title", "genres"/],
    ['users', `user,name,country\n${table}`, /no user comes twice|column of items .* is missing/],
    ['friends', 'user,friend\n1,2\n1,3\n2,3\n', /a column of items .* is missing/],
    [
      'wide',
      `label,a,b,c,d,e\n${lines(40, (n) => `0,${n},1,2,3,4`)}`,
      /a column of users .* and a column of items .* is missing/,
    ],
    ['one word a line', '1\n2\n3\n', /each line is a single word/],
    [
      'prose',
      'It was a dark night.\nThe rain fell, in torrents!\nAnd then (so it seems) it stopped.\n',
      /neither a table of one separator nor lists of ids/,
    ],
    ['a JSON document', '{\n  "user": 1\n}\n', /its lines are no JSON objects/],
    ['an array', '[{"user":1,"item":2}]', /its lines are no JSON objects/],
    [
      'JSON of items',
      '{"asin":"b1","price":3}\n',
      /"asin", "price", and a property that names the user/,
    ],
    ['a header alone', 'user,item,rating\n', /no lines after the header/],
    ['blank lines', '\n \n', /no line that is not blank/],
    ['nothing', '', /is empty/],
  ])('%s', async (_, text, message) => {
    const error = await errorOf(() => guess(text));
    expect(error.code).toBe('empty-data');
    expect(error.message).toMatch(/^data\.txt /);
    expect(error.message).toMatch(message);
  });

  it.each([
    ['a NUL byte', Uint8Array.of(65, 0, 66), /NUL byte/],
    ['an archive', Uint8Array.of(0x50, 0x4b, 3, 4, 1, 1, 1, 1), /a zip archive/],
  ])('%s', async (_, bytes, message) => {
    const error = await errorOf(() => guess(bytes));
    expect(error.code).toBe('parse');
    expect(error.message).toMatch(message);
  });
});

it('reads no more than the beginning of a source', async () => {
  let blocks = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      blocks++;
      yield await Promise.resolve(new TextEncoder().encode('1,2\n1,3\n2,3\n'.repeat(1000)));
    }
  }
  const { spec } = await guessFormat({ name: 'endless', bytes: endless() });
  expect(spec).toEqual({ format: 'delimited', columns: { user: 0, item: 1 } });
  expect(blocks).toBeLessThan(60);
});

describe('guessItems', () => {
  const items = (text: string, hints = {}): ReturnType<typeof guessItems> =>
    guessItems(source(text), hints);

  it('finds ids and titles by name', async () => {
    expect(await items('movieId,title,genres\n1,Heat,x\n2,Alien,y\n')).toEqual({
      format: 'delimited',
      id: 'movieId',
      title: 'title',
      separator: undefined,
      rivals: [],
    });
    expect(await items('item_id:token\tmovie_title:token_seq\n1\tHeat\n')).toMatchObject({
      format: 'recbole',
      id: 'item_id',
      title: 'movie_title',
    });
    expect(await items('{"sku":"a","name":"Heat"}\n{"sku":"b","name":"Alien"}\n')).toMatchObject({
      format: 'jsonl',
      id: 'sku',
      title: 'name',
    });
  });

  it('prefers the column that holds the ids of the interactions', async () => {
    const text = 'id;code;title\n1;x1;Heat\n2;x2;Alien\n';
    const found = await items(text, { itemIds: new Set(['x1', 'x2']) });
    expect(found).toMatchObject({ id: 'code', separator: ';', rivals: [] });
  });

  it('names the columns that hold as many', async () => {
    const text = 'a_id,b_id,title\n1,2,Heat\n2,1,Alien\n';
    const found = await items(text, { itemIds: new Set(['1', '2']) });
    expect([found.id, found.rivals]).toEqual(['a_id', ['b_id']]);
    const named = await items(text, { itemName: 'b_id', itemIds: new Set(['1', '2']) });
    expect([named.id, named.rivals]).toEqual(['b_id', []]);
  });

  it.each([
    ['item,price\na,1\n', /there is no title/],
    ['item,title\na,Heat\na,Heat\n', /no ids that are all different/],
  ])('refuses %j', async (text, message) => {
    const error = await errorOf(() => items(text));
    expect(error.code).toBe('empty-data');
    expect(error.message).toMatch(message);
  });
});
