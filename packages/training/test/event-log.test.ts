import { appendFile, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCsr } from '@tensorec/kernels';
import { EventReader, train, valuedPairBatches, type TrainingEvent } from '../src/index.js';
import { EventLogFile, readTrainingLog } from '../src/node/index.js';
import { errorOf } from './error-of.js';
import { LinearStep } from './linear-step.js';
import { MemoryLog, MemoryStore } from './memory-store.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensorec-log-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const line = buildCsr(3, 1, Int32Array.of(1, 2), Int32Array.of(0, 0), Float32Array.of(2, 4));
const batches = valuedPairBatches(line, { batchSize: 1, shuffle: false });

const loss = (step: number): TrainingEvent => ({
  type: 'loss',
  epoch: 1,
  batch: step,
  step,
  loss: 1 / step,
  learningRate: 0.5,
  seconds: step,
});

describe('the log of a training', () => {
  it('tells of start, losses, epochs, checkpoints and end', async () => {
    const log = new MemoryLog();
    await train(new LinearStep(1), batches, {
      epochs: 2,
      learningRate: 1 / 8,
      log,
      checkpoints: { store: new MemoryStore(), everyEpochs: 1, settings: { model: 'line' } },
      validation: { metric: 'mae', validate: (epoch) => ({ mae: 1 / epoch }) },
    });
    const told = log.events.map((event) => {
      const { time, seconds, bytes, identity, ...rest } = { ...event } as Record<string, unknown>;
      expect([time ?? 1, seconds ?? 1, bytes ?? 1].every((value) => Number(value) >= 0)).toBe(true);
      if (event.type === 'start') expect(event.identity['settings.model']).toBe('line');
      expect(identity === undefined).toBe(event.type !== 'start');
      return rest;
    });
    const learningRate = 1 / 8;
    expect(told).toEqual([
      { type: 'start', epochs: 2, batchesPerEpoch: 2 },
      { type: 'loss', epoch: 1, batch: 1, step: 1, loss: 2, learningRate },
      { type: 'loss', epoch: 1, batch: 2, step: 2, loss: 6.125, learningRate },
      { type: 'epoch', epoch: 1, batch: 2, step: 2, values: { loss: 4.0625, mae: 1 } },
      { type: 'checkpoint', epoch: 2, batch: 0, step: 2 },
      { type: 'loss', epoch: 2, batch: 1, step: 3, loss: 0.3828125, learningRate },
      { type: 'loss', epoch: 2, batch: 2, step: 4, loss: 1.17236328125, learningRate },
      { type: 'epoch', epoch: 2, batch: 2, step: 4, values: { loss: 0.777587890625, mae: 0.5 } },
      { type: 'checkpoint', epoch: 3, batch: 0, step: 4 },
      { type: 'end', stopped: 'epochs', bestEpoch: 2, epoch: 3, batch: 0, step: 4 },
    ]);
  });

  it('has at most 100 losses an epoch, means over the batches between', async () => {
    const rows = Int32Array.from({ length: 250 }, (_, n) => n);
    const data = buildCsr(250, 1, rows, new Int32Array(250));
    const log = new MemoryLog();
    await train(new LinearStep(1), valuedPairBatches(data, { batchSize: 1 }), {
      epochs: 1,
      learningRate: 0,
      log,
    });
    const losses = log.events.filter(({ type }) => type === 'loss');
    // 250 batches in threes; without learning each loss is half of 1².
    expect(losses).toHaveLength(83);
    expect(losses.every((event) => event.type === 'loss' && event.loss === 0.5)).toBe(true);
  });
});

describe('a log file', () => {
  it('is read back as it was written', async () => {
    const path = join(folder, 'new/folder/log.jsonl');
    const file = new EventLogFile(path);
    await file.write(loss(1));
    await file.write(loss(2));
    expect(await readTrainingLog(path)).toEqual({ events: [loss(1), loss(2)], unreadable: 0 });
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
  });

  it('loses no more than its last line when that is cut short, whoever writes on', async () => {
    const path = join(folder, 'torn.jsonl');
    await new EventLogFile(path).write(loss(1));
    await new EventLogFile(path).write(loss(2));
    const { length } = await readFile(path);
    await truncate(path, length - 10);
    expect(await readTrainingLog(path)).toEqual({ events: [loss(1)], unreadable: 1 });
    await new EventLogFile(path).write(loss(3));
    expect(await readTrainingLog(path)).toEqual({ events: [loss(1), loss(3)], unreadable: 1 });
  });

  it('may hold anything', async () => {
    const path = join(folder, 'hostile.jsonl');
    const lines = [
      '',
      '{',
      'null',
      '[]',
      '{"type":"loss"}',
      '{"type":"other"}',
      '\0',
      '"x'.repeat(9),
    ];
    await writeFile(path, lines.join('\n'));
    await appendFile(path, `\n${'['.repeat(3_000_000)}\n`);
    await appendFile(path, Uint8Array.of(0xff, 0xfe, 0x0a));
    await new EventLogFile(path).write(loss(1));
    expect(await readTrainingLog(path)).toEqual({ events: [loss(1)], unreadable: 9 });
  });

  it('that is not there, or is a folder, is an error that says so', async () => {
    const missing = await errorOf(() => readTrainingLog(join(folder, 'none')));
    expect(missing.code).toBe('file');
    expect(missing.message).toContain('there is no such file or folder');
    const blocked = await errorOf(() => new EventLogFile(folder).write(loss(1)));
    expect(blocked.code).toBe('file');
    expect(blocked.message).toContain('it is a folder');
  });
});

describe('EventReader', () => {
  const read = (events: readonly TrainingEvent[], most?: number) => {
    const reader = new EventReader({ most });
    for (const event of events) reader.add(JSON.stringify(event));
    return reader.log().events;
  };

  it('leaves out what a resume or another start undid', () => {
    const resume = { type: 'resume', time: 0, epoch: 1, batch: 2, step: 2 } as const;
    expect(read([loss(1), loss(2), loss(3), resume, loss(3)])).toEqual([
      loss(1),
      loss(2),
      resume,
      loss(3),
    ]);
    const start = { type: 'start', time: 0, epochs: 1, batchesPerEpoch: 9, identity: {} } as const;
    expect(read([start, loss(1), resume, start, loss(1)])).toEqual([start, loss(1)]);
  });

  it('keeps a bounded number of each kind, the last among them', () => {
    const events = read(
      Array.from({ length: 1000 }, (_, n) => loss(n + 1)),
      10,
    );
    expect(events.length).toBeLessThanOrEqual(10);
    expect(events.length).toBeGreaterThan(4);
    expect(events.at(-1)).toEqual(loss(1000));
    const steps = events.map((event) => ('step' in event ? event.step : 0));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  });

  it('refuses a bound that keeps nothing', async () => {
    expect(await errorOf(() => new EventReader({ most: 1 }))).toMatchObject({
      code: 'invalid-argument',
      message: 'most is 1; give a whole number of 2 or more.',
    });
  });
});
