// Bundles with webpack. Arguments: target, entry, file to write.
import { basename, dirname, resolve } from 'node:path';
import webpack from 'webpack';

const [target, entry, file] = process.argv.slice(2);
const compiler = webpack({
  mode: 'production',
  target,
  entry: resolve(entry),
  output: { path: dirname(resolve(file)), filename: basename(file) },
});
compiler.run((error, stats) => {
  if (error) throw error;
  process.stderr.write(stats.toString({ all: false, errors: true, warnings: true }));
  if (stats.hasErrors() || stats.hasWarnings()) process.exitCode = 1;
});
