#!/usr/bin/env node
import { main } from './program.js';

const controller = new AbortController();
let reading = false;
const stop = (): void => {
  controller.abort();
  // Nobody waits any longer for what may never come.
  if (reading) process.stdin.destroy();
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
// A closed pipe (`tensorec models | head -1`) ends the output quietly.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

process.exitCode = await main(process.argv.slice(2), {
  out: (text) => {
    process.stdout.write(`${text}\n`);
  },
  outReady: () =>
    new Promise((resolve) => {
      if (process.stdout.writableNeedDrain) process.stdout.once('drain', resolve);
      else resolve();
    }),
  error: (text) => {
    process.stderr.write(`${text}\n`);
  },
  get input() {
    reading = true;
    return process.stdin;
  },
  isTerminal: process.stderr.isTTY && (process.env['NO_COLOR'] ?? '') === '',
  signal: controller.signal,
});
