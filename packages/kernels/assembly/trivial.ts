import { nextChunk, parameter } from './pool';

/** out = a + b, 4096 numbers a chunk. Parameters: a, b, out, count. */
export function addVectors(): void {
  const a = parameter(0);
  const b = parameter(1);
  const out = parameter(2);
  const count = parameter(3);
  for (let chunk = nextChunk(); chunk >= 0; chunk = nextChunk()) {
    const start = <usize>chunk * 4096;
    const end = min(count, start + 4096);
    for (let i = start << 2; i < end << 2; i += 4) {
      store<f32>(out + i, load<f32>(a + i) + load<f32>(b + i));
    }
  }
}
