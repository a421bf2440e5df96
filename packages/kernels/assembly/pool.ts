// The thread pool, seen from inside. A job is one call of a task: an exported function without parameters, which takes
// chunks by `nextChunk` until none is left. Main thread and workers run the same task on the same memory.
//
// Words of the control block, in bytes from its start:
const GENERATION: usize = 0; // counts jobs modulo 2^24; workers wait for it to change
const STATE: usize = 4; // generation << 8 | closed << 7 | workers that joined
const NEXT: usize = 8; // the next chunk
const END: usize = 12; // the chunk after the last
const DONE: usize = 16; // workers that joined and have finished
const TASK: usize = 20; // which export to call
const MOST: usize = 24; // how many workers may join
const FAILED: usize = 28; // workers that trapped
const PARAMETERS: usize = 64; // float64 each

const CLOSED: i32 = 128;
const SPINS: i32 = 20000;

let control: usize = 0;
let thread: i32 = 0;

/** Which thread runs: 0 is the caller's, workers count from 1 in the order in which they joined the job. */
@inline
export function threadIndex(): usize {
  return <usize>thread;
}

/** A parameter of the task: a pointer, a count. */
@inline
export function parameter(index: i32): usize {
  return <usize>load<f64>(control + PARAMETERS + (<usize>index << 3));
}

/** A parameter of the task: a real number. */
@inline
export function realParameter(index: i32): f64 {
  return load<f64>(control + PARAMETERS + (<usize>index << 3));
}

/** The next chunk to work on, or −1. */
@inline
export function nextChunk(): i32 {
  const chunk = atomic.add<i32>(control + NEXT, 1);
  return chunk < load<i32>(control + END) ? chunk : -1;
}

/** Tells this instance where the control block is. */
export function attach(address: usize): void {
  control = address;
}

/** Opens a job for chunks from … end − 1 and lets up to `most` workers join. */
export function openJob(task: i32, from: i32, end: i32, most: i32): void {
  store<i32>(control + TASK, task);
  store<i32>(control + END, end);
  store<i32>(control + MOST, most);
  atomic.store<i32>(control + NEXT, from);
  atomic.store<i32>(control + DONE, 0);
  if (most == 0) return;
  const generation = (load<i32>(control + GENERATION) + 1) & 0xffffff;
  atomic.store<i32>(control + STATE, generation << 8);
  atomic.store<i32>(control + GENERATION, generation);
  atomic.notify(control + GENERATION, most);
}

/** Closes the job and waits for the workers that joined; returns how many of them trapped. */
export function closeJob(): i32 {
  if (load<i32>(control + MOST) == 0) return 0;
  const joined = atomic.or<i32>(control + STATE, CLOSED) & (CLOSED - 1);
  while (atomic.load<i32>(control + DONE) < joined) {}
  return atomic.xchg<i32>(control + FAILED, 0);
}

/** Waits for a job later than `seen`, joins it and returns its number. */
export function joinJob(seen: i32): i32 {
  while (true) {
    let spins = 0;
    while (atomic.load<i32>(control + GENERATION) == seen) {
      if (++spins > SPINS) atomic.wait<i32>(control + GENERATION, seen, -1);
    }
    seen = atomic.load<i32>(control + GENERATION);
    while (true) {
      const state = atomic.load<i32>(control + STATE);
      const joined = state & (CLOSED - 1);
      if (state >>> 8 != seen || (state & CLOSED) != 0) break;
      if (joined >= load<i32>(control + MOST)) break;
      if (atomic.cmpxchg<i32>(control + STATE, state, state + 1) == state) {
        thread = joined + 1;
        return seen;
      }
    }
  }
}

/** The task of the job that was joined. */
export function joinedTask(): i32 {
  return load<i32>(control + TASK);
}

/** Leaves the job. */
export function leaveJob(failed: i32): void {
  if (failed) atomic.add<i32>(control + FAILED, 1);
  atomic.add<i32>(control + DONE, 1);
}
