import { gzipSync } from 'node:zlib';
import { csvText } from '@tensorec/preprocessing';
import type { PerUserResult } from '../run.js';

/** The metrics of every test user in every run, as a gzipped CSV file. */
export function perUserCsv(results: readonly PerUserResult[]): Uint8Array {
  const labels = [
    ...new Set(results.flatMap((result) => Object.keys(result.evaluation.perUser.values))),
  ];
  const rows = results.flatMap(({ name, run, test, evaluation }) => {
    const { userRows, values } = evaluation.perUser;
    return Array.from(userRows, (row, position) => [
      name,
      run.seed,
      run.fold,
      test.users.id(row),
      ...labels.map((label) => values[label]?.[position] ?? ''),
    ]);
  });
  return gzipSync(csvText(['model', 'seed', 'fold', 'user', ...labels], rows));
}
