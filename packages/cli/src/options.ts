import { InvalidArgumentError, Option } from 'commander';

/** Modules with more models. */
export function moduleOption(): Option {
  return new Option('--module <path...>', 'module with more models (it exports "models")');
}

/** Where the data of an experiment lies. */
export function dataDirOption(): Option {
  return new Option(
    '--data-dir <folder>',
    "relative data paths start here (then TENSOREC_DATA, then the file's folder)",
  );
}

/** Lines that may be left out. */
export function skipBadLinesOption(): Option {
  return new Option('--skip-bad-lines [n]', 'skip lines that cannot be read, n at most').argParser(
    wholeNumber,
  );
}

/** Threads that compute. */
export function threadsOption(): Option {
  return new Option(
    '--threads <n>',
    'threads that compute (default: all cores, at most 8); results do not depend on it',
  ).argParser(positive);
}

/** Length of the lists. */
export function lengthOption(): Option {
  return new Option('--k <n>', 'length of the list').argParser(positive).default(10);
}

/** A file with the titles of the items. */
export function itemsOption(): Option {
  return new Option('--items <file>', 'CSV file with the titles of the items');
}

/** Its column of ids. */
export function itemIdOption(): Option {
  return new Option('--item-id <column>', 'its column of item ids').default('item');
}

/** Its column of titles. */
export function titleOption(): Option {
  return new Option('--title <column>', 'its column of titles').default('title');
}

/** Reads a whole number of 0 or more. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError('Expected a whole number.');
  }
  return value;
}

/** Reads a whole number of at least 1. */
export function positive(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Expected at least 1.');
  return value;
}
