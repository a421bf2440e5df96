import { setTimeout } from 'node:timers/promises';
import type { TrainingEvent } from '../../src/index.js';
import { CheckpointFile, EventLogFile } from '../../src/node/index.js';
import { trainToy } from './toy.js';

// Trains the toy with the checkpoint, the log and the milliseconds a step of the arguments; says when a checkpoint is
// written.
const [checkpoint, log, milliseconds] = process.argv.slice(2);
const file = new EventLogFile(log!);
const outcome = await trainToy(() => setTimeout(Number(milliseconds)), {
  checkpoints: { store: new CheckpointFile(checkpoint!), everyMinutes: 0.0003 },
  log: {
    async write(event: TrainingEvent) {
      await file.write(event);
      if (event.type === 'checkpoint') process.stdout.write('checkpoint\n');
    },
  },
});
process.stdout.write(`${outcome}\n`);
