/** Column of a delimited file: its position from 0, or its name in the header. */
export type DatasetColumn = string | number;

/** The `data` section of an experiment file that reads a set, relative to the folder `download` returns. */
export interface DatasetSection {
  readonly format: 'delimited';
  readonly path: string;
  readonly separator: string;
  readonly header: boolean;
  readonly columns: {
    readonly user: DatasetColumn;
    readonly item: DatasetColumn;
    readonly value: DatasetColumn;
    readonly timestamp: DatasetColumn;
  };
  /** Lowest and highest rating. */
  readonly scale: readonly [number, number];
  /** A file with the titles of the items, where there is one with a header. */
  readonly items?: {
    readonly path: string;
    readonly format: 'delimited';
    readonly id: string;
    readonly title: string;
    readonly separator: string;
  };
}

/** What one may do with a set. */
export interface DatasetLicense {
  /** The terms in short; the text at `url` is what counts. */
  readonly summary: string;
  /** Where the owner publishes the terms. */
  readonly url: string;
}

/** A public data set that `download` fetches from its owner. */
export interface PublicDataset {
  /** Name for `download` and for the folder of its files. */
  readonly name: string;
  /** What is in it. */
  readonly description: string;
  /** Archive, relative to the owner's address `baseUrl`. */
  readonly archive: string;
  /** Owner's address, ending in a slash. */
  readonly baseUrl: string;
  /** Size of the archive. */
  readonly bytes: number;
  /** MD5 sum of the archive in hexadecimal digits, as its owner publishes it. */
  readonly md5: string;
  readonly license: DatasetLicense;
  /** How an experiment file reads it. */
  readonly data: DatasetSection;
}

/** Names of {@link publicDatasets}. */
export type PublicDatasetName = 'ml-100k' | 'ml-1m' | 'ml-20m';

const grouplens = 'https://files.grouplens.org/datasets/movielens/';

const citation =
  'Publications must cite F. M. Harper and J. A. Konstan (2015), The MovieLens Datasets: History and Context, ACM TiiS 5(4).';

const researchOnly = `For research, without warranty. No commercial or revenue-bearing use without permission of GroupLens. No implied endorsement by the University of Minnesota or GroupLens. ${citation}`;

/**
 * The sets `download` knows. The MD5 sums are those GroupLens publishes beside each archive (`….zip.md5`). Tensorec
 * passes none of the data on: each person downloads it from GroupLens under the terms of GroupLens.
 */
export const publicDatasets: Readonly<Record<PublicDatasetName, PublicDataset>> = {
  'ml-100k': {
    name: 'ml-100k',
    description: 'MovieLens 100K: 100,000 ratings by 943 users of 1,682 films, 1997 to 1998',
    archive: 'ml-100k.zip',
    baseUrl: grouplens,
    bytes: 4_924_029,
    md5: '0e33842e24a9c977be4e0107933c0723',
    license: {
      summary: `${researchOnly} May not be passed on without permission.`,
      url: `${grouplens}ml-100k-README.txt`,
    },
    data: {
      format: 'delimited',
      path: 'ml-100k/u.data',
      separator: '\t',
      header: false,
      columns: { user: 0, item: 1, value: 2, timestamp: 3 },
      scale: [1, 5],
    },
  },
  'ml-1m': {
    name: 'ml-1m',
    description: 'MovieLens 1M: 1,000,209 ratings by 6,040 users of some 3,900 films, 2000 to 2003',
    archive: 'ml-1m.zip',
    baseUrl: grouplens,
    bytes: 5_917_549,
    md5: 'c4d9eecfca2ab87c1945afe126590906',
    license: {
      summary: `${researchOnly} May not be passed on without permission.`,
      url: `${grouplens}ml-1m-README.txt`,
    },
    data: {
      format: 'delimited',
      path: 'ml-1m/ratings.dat',
      separator: '::',
      header: false,
      columns: { user: 0, item: 1, value: 2, timestamp: 3 },
      scale: [1, 5],
    },
  },
  'ml-20m': {
    name: 'ml-20m',
    description: 'MovieLens 20M: 20,000,263 ratings by 138,493 users of 27,278 films, 1995 to 2015',
    archive: 'ml-20m.zip',
    baseUrl: grouplens,
    bytes: 198_702_078,
    md5: 'cd245b17a1ae2cc31bb14903e1204af3',
    license: {
      summary: `${researchOnly} May be passed on only under these same terms.`,
      url: `${grouplens}ml-20m-README.html`,
    },
    data: {
      format: 'delimited',
      path: 'ml-20m/ratings.csv',
      separator: ',',
      header: true,
      columns: { user: 'userId', item: 'movieId', value: 'rating', timestamp: 'timestamp' },
      scale: [0.5, 5],
      items: {
        path: 'ml-20m/movies.csv',
        format: 'delimited',
        id: 'movieId',
        title: 'title',
        separator: ',',
      },
    },
  },
};
