// `npm run bench [name …] [-- --threads N --repeats N --sets a,b]`: runs benchmarks one after the other, each in a process
// of its own; they print lines of JSON.
import { spawnSync } from 'node:child_process';
import { benchmarks, benchmarkCommand } from './harness/command.js';

const split = process.argv.slice(2).findIndex((word) => word.startsWith('-'));
const words = process.argv.slice(2);
const names = split < 0 ? words : words.slice(0, split);
const options = split < 0 ? [] : words.slice(split);
const unknown = names.filter((name) => !benchmarks.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}; known: ${benchmarks.join(', ')}.`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : benchmarks) {
  console.error(`${name} …`);
  const { status } = spawnSync(process.execPath, benchmarkCommand(name, options), {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
}
