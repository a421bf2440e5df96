import { InvalidArgumentError, Option } from 'commander';

/** Modules with more models. */
export function moduleOption(): Option {
  return new Option('--module <path...>', 'module with more models (it exports "models")');
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
