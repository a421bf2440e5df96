// Prints how long `ready()` takes and what a call costs. Argument: threads.
import { finish, gramOfDense, ready } from '@tensorec/kernels';

const threads = Number(process.argv[2]);
const start = performance.now();
await ready({ threads });
const readyMilliseconds = performance.now() - start;
const matrix = Float32Array.of(1);
const callMicroseconds = median(20, () => {
  for (let i = 0; i < 1000; i++) finish(gramOfDense(matrix, 1, 1));
});
console.log(JSON.stringify({ threads, readyMilliseconds, callMicroseconds }));

/** Median milliseconds of some runs. */
function median(runs, work) {
  const times = [];
  for (let run = 0; run < runs; run++) {
    const from = performance.now();
    work();
    times.push(performance.now() - from);
  }
  return times.sort((a, b) => a - b)[runs >> 1];
}
