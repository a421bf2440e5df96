/** What `tensorec init` makes of a public data set. */
export interface SetCase {
  /** The file or folder, from TENSOREC_DATA. */
  readonly path: string;
  /** Files named beside it. */
  readonly test?: string;
  readonly task?: 'rating';
  readonly format: string;
  /** The columns, where the format has them. */
  readonly columns?: object;
  /** The part chosen as a test, from TENSOREC_DATA. */
  readonly chosenTest?: string;
  readonly split?: string;
  /** The task of the evaluation; default ranking. */
  readonly evaluated?: 'rating' | 'next-item';
  /** Whether reading takes more than a moment. */
  readonly isLarge?: boolean;
}

const rated = { user: 0, item: 1, value: 2 };
const lastOut = 'leave-last-out';

/** Every set that holds interactions, as its README describes it. */
export const sets: readonly SetCase[] = [
  {
    path: 'ml-100k',
    format: 'recbole',
    columns: { user: 'user_id', item: 'item_id', value: 'rating', timestamp: 'timestamp' },
    split: lastOut,
  },
  {
    path: 'ml-100k/ml-100k.inter.gz',
    task: 'rating',
    evaluated: 'rating',
    format: 'recbole',
    split: 'random',
  },
  {
    path: 'ml-100k/splits/u1.test.gz',
    format: 'delimited',
    columns: { ...rated, timestamp: 3 },
    split: lastOut,
  },
  {
    path: 'ml-latest-small',
    format: 'delimited',
    columns: { user: 'userId', item: 'movieId', value: 'rating', timestamp: 'timestamp' },
    split: lastOut,
  },
  { path: 'ml-1m', format: 'adjacency', chosenTest: 'ml-1m/ncf_test.txt.gz', isLarge: true },
  { path: 'ml-1m/sas_sequences.txt.gz', format: 'sequences', split: lastOut, isLarge: true },
  {
    path: 'ml-1m-lightgcnpp',
    format: 'adjacency',
    chosenTest: 'ml-1m-lightgcnpp/test.txt.gz',
    isLarge: true,
  },
  { path: 'gowalla', format: 'adjacency', chosenTest: 'gowalla/test.txt.gz', isLarge: true },
  {
    path: 'lastfm-lightgcnpp',
    format: 'adjacency',
    chosenTest: 'lastfm-lightgcnpp/test.txt.gz',
  },
  {
    path: 'lastfm-social',
    format: 'delimited',
    columns: rated,
    chosenTest: 'lastfm-social/test.txt.gz',
  },
  { path: 'filmtrust', format: 'delimited', columns: rated, split: lastOut },
  {
    path: 'flixster-monti',
    format: 'delimited',
    columns: rated,
    chosenTest: 'flixster-monti/test.tsv.gz',
  },
  { path: 's3rec-beauty', format: 'sequences', split: lastOut },
  { path: 's3rec-toys-games', format: 'sequences', split: lastOut },
  {
    path: 'amazon-games-sasrec',
    format: 'delimited',
    columns: { user: 0, item: 1 },
    split: lastOut,
  },
  {
    path: 'diginetica',
    format: 'sessions',
    chosenTest: 'diginetica/test.txt.gz',
    evaluated: 'next-item',
    isLarge: true,
  },
  {
    path: 'amazon-elec-cell/cell_electronic',
    format: 'delimited',
    columns: rated,
    chosenTest: 'amazon-elec-cell/cell_electronic/test.txt.gz',
  },
  {
    path: 'amazon-elec-cell/electronic_cell/train.txt.gz',
    test: 'amazon-elec-cell/electronic_cell/test_neg.txt.gz',
    chosenTest: 'amazon-elec-cell/electronic_cell/test_neg.txt.gz',
    format: 'delimited',
    columns: rated,
  },
  {
    path: 'amazon-grocery-rechorus',
    format: 'delimited',
    columns: { user: 'user_id', item: 'item_id', timestamp: 'time' },
    split: lastOut,
  },
  {
    path: 'frappe-context',
    format: 'delimited',
    columns: { user: 'user', item: 'item', value: 'cnt' },
    split: 'random',
  },
  { path: 'msweb', format: 'dst', split: 'random' },
];

/** Every set without interactions of users with items, and what it lacks. */
export const refused: readonly (readonly [path: string, reason: RegExp])[] = [
  // Tables of books and of tags; the ratings are not there.
  ['goodbooks-10k-meta', /books\.csv\.gz: .*a column of users .* is missing/],
  // Rounds of a bandit: what was shown to a visitor whose features are known, not who it was.
  ['obd-men', /random\/men\.csv\.gz: .*a column of users .* is missing/],
  // Rows of features and a label; columns of users and items, where there are any, have no name that says so.
  ['ctr-mtl-samples/ali-ccp', /a column of users .* and a column of items .* is missing/],
  ['ctr-mtl-samples/aliexpress', /a column of users .* and a column of items .* is missing/],
  ['ctr-mtl-samples/avazu', /a column of users .* and a column of items .* is missing/],
  ['ctr-mtl-samples/census-income', /a column of users .* and a column of items .* is missing/],
  ['ctr-mtl-samples/criteo', /a column of users .* and a column of items .* is missing/],
  ['ctr-mtl-samples', /No file in .* holds interactions/],
];
