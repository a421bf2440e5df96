import { TensorecError } from '@tensorec/core';
import { fileSource } from '@tensorec/preprocessing/node';
import type { UserValues } from '../compare-reports.js';

const keyColumns = ['model', 'seed', 'fold', 'user'];

/**
 * The values of users from a `per-user.csv.gz`, as means over seeds and folds.
 *
 * @throws TensorecError `file` when it cannot be read or its compression is damaged, `parse` for another content.
 */
export async function readPerUser(path: string): Promise<UserValues> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const block of fileSource(path).bytes) text += decoder.decode(block, { stream: true });
  const [header = [], ...rows] = csvRecords(text + decoder.decode());
  if (keyColumns.some((name, column) => header[column] !== name)) {
    throw new TensorecError(
      'parse',
      `${path}: found the columns ${header.join(', ') || 'none'}, expected ${keyColumns.join(', ')} and metrics; run the experiment again.`,
    );
  }
  const metrics = header.slice(keyColumns.length);
  const means = new Map<string, Map<string, Mean>>();
  for (const [position, row] of rows.entries()) {
    const [model = '', , , user = '', ...cells] = row;
    if (cells.length !== metrics.length) throw damaged(path, position, row);
    metrics.forEach((metric, column) => {
      const value = cells[column] ?? '';
      if (value === '') return;
      if (!Number.isFinite(Number(value))) throw damaged(path, position, row);
      const key = JSON.stringify([model, metric]);
      const users = means.get(key) ?? new Map<string, Mean>();
      means.set(key, users);
      const mean = users.get(user) ?? { sum: 0, count: 0 };
      users.set(user, { sum: mean.sum + Number(value), count: mean.count + 1 });
    });
  }
  return nested(means);
}

interface Mean {
  readonly sum: number;
  readonly count: number;
}

function nested(means: ReadonlyMap<string, ReadonlyMap<string, Mean>>): UserValues {
  const models = new Map<string, Map<string, ReadonlyMap<string, number>>>();
  for (const [key, users] of means) {
    const [model, metric] = JSON.parse(key) as [string, string];
    const metrics = models.get(model) ?? new Map<string, ReadonlyMap<string, number>>();
    models.set(model, metrics);
    metrics.set(metric, new Map([...users].map(([user, { sum, count }]) => [user, sum / count])));
  }
  return models;
}

function damaged(path: string, position: number, row: readonly string[]): TensorecError {
  return new TensorecError(
    'parse',
    `${path}: record ${position + 2} is damaged (${JSON.stringify(row.join(',').slice(0, 80))}); run the experiment again.`,
  );
}

/** The cells of CSV text by record; quoted cells may hold commas, line ends and doubled quotes. */
function* csvRecords(text: string): Generator<readonly string[]> {
  let record: string[] = [];
  for (const [, quoted, plain, end] of text.matchAll(
    /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g,
  )) {
    if (end === '' && record.length === 0 && (quoted ?? plain) === '') return;
    record.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    yield record;
    record = [];
    if (end === '') return;
  }
}
