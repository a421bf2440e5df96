import { Interactions } from '@tensorec/core';
import { Random, engineStatus, ready } from '@tensorec/kernels';
import { models } from './src/models.js';
import { requests } from '../testing/src/conformance/calls.js';
const U = 20000, I = 5000;
const random = new Random(1);
const users: number[] = [], items: number[] = [], values: number[] = [];
for (let u = 0; u < U; u++) {
  const n = 10 + random.integer(80);
  for (let k = 0; k < n; k++) { const r = random.uniform ? random.uniform() : random.integer(1e6)/1e6; users.push(u); items.push(Math.floor(I * r * r * r)); values.push(1 + random.integer(5)); }
}
const userNames = users.map((u) => `u${u}`), itemNames = items.map((i) => `i${i}`);
const data = Interactions.fromColumns({ users: userNames, items: itemNames, values });
console.log('events', data.size, data.users.size, data.items.size);
await ready(); console.log(engineStatus()?.threads);
async function watched(call: (o: any) => Promise<unknown>) {
  const start = performance.now(); let before = start, longest = 0, at = 0, running = true;
  const turn = () => { const now = performance.now(); if (now - before > longest) { longest = now - before; at = before - start; } before = now; if (running) setTimeout(turn, 0); };
  setTimeout(turn, 0);
  const r = await call({}); running = false; turn();
  return { longest, at, duration: before - start, r };
}
async function aborted(call: (o: any) => Promise<unknown>, after: number) {
  const c = new AbortController(); const due = performance.now() + after; setTimeout(() => c.abort(), after);
  try { const m: any = await call({ signal: c.signal }); m?.dispose?.(); return 0; } catch { return performance.now() - due; }
}
const wanted = process.argv.slice(2);
for (const d of models) {
  if (wanted.length && !wanted.includes(d.name)) continue;
  let best: any;
  for (let t = 0; t < 2; t++) { const w = await watched((o) => d.create().fit(data, o)); if (!best || w.longest < best.longest) { best?.r.dispose(); best = w; } else (w.r as any).dispose(); }
  const lat: number[] = [];
  for (const m of [0.05, 0.2, 0.5, 0.8, 0.95]) lat.push(Math.min(await aborted((o) => d.create().fit(data, o), m * best.duration), await aborted((o) => d.create().fit(data, o), m * best.duration)));
  console.log(d.name, 'fit', best.duration.toFixed(0), 'longest turn', best.longest.toFixed(0), 'at', best.at.toFixed(0), 'aborts', lat.map((x) => x.toFixed(0)).join(' '));
  for (const [what, call] of requests(best.r)) {
    let b: any; for (let t = 0; t < 2; t++) { const w = await watched(call); if (!b || w.longest < b.longest) b = w; }
    const l: number[] = [];
    for (const m of [0.1, 0.5, 0.9]) l.push(await aborted(call, m * b.duration));
    console.log('   ', what, b.duration.toFixed(0), 'longest turn', b.longest.toFixed(0), 'at', b.at.toFixed(0), 'aborts', l.map((x) => x.toFixed(0)).join(' '));
  }
  best.r.dispose();
}
