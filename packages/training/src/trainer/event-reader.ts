import { requireArgument } from '@tensorec/kernels';
import * as z from 'zod/mini';
import type { TrainingEvent } from './events.js';

/** Options of reading a log. */
export interface TrainingLogOptions {
  /** Most events kept of one kind, a whole number ≥ 2; default 10,000. */
  readonly most?: number | undefined;
}

/** What a log says of the training that is in force: what was undone by a resume or another start is left out. */
export interface TrainingLog {
  /** In the order of the log. */
  readonly events: readonly TrainingEvent[];
  /** Lines that are no events. */
  readonly unreadable: number;
}

const number = z.number();
const count = z.int().check(z.nonnegative());
const position = { epoch: z.int().check(z.gte(1)), batch: count, step: count };
const figures = z.record(z.string(), number);
const identity = z.record(z.string(), z.union([z.string(), number, z.boolean()]));
const eventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    time: number,
    epochs: count,
    batchesPerEpoch: count,
    identity,
  }),
  z.object({ type: z.literal('resume'), time: number, ...position }),
  z.object({
    type: z.literal('loss'),
    ...position,
    loss: number,
    learningRate: number,
    seconds: number,
  }),
  z.object({ type: z.literal('epoch'), ...position, values: figures, seconds: number }),
  z.object({ type: z.literal('checkpoint'), ...position, bytes: count, seconds: number }),
  z.object({
    type: z.literal('end'),
    ...position,
    stopped: z.enum(['epochs', 'patience', 'time']),
    bestEpoch: z.exactOptional(count),
    seconds: number,
  }),
  z.object({ type: z.literal('failure'), ...position, message: z.string(), seconds: number }),
]);

/** An event and its place in the log. */
interface Placed {
  readonly place: number;
  readonly event: TrainingEvent;
}

/** Takes the lines of a log one by one, in bounded memory. */
export class EventReader {
  readonly #most: number;
  #kinds = new Map<TrainingEvent['type'], Placed[]>();
  #place = 0;
  #unreadable = 0;

  /** @throws TensorecError `invalid-argument` for a bound below 2. */
  constructor({ most = 10_000 }: TrainingLogOptions = {}) {
    requireArgument(
      Number.isSafeInteger(most) && most >= 2,
      () => `most is ${most}; give a whole number of 2 or more.`,
    );
    this.#most = most;
  }

  /** Takes the next line; an empty one is passed over, and one that is no event is counted. */
  add(line: string): void {
    if (line.trim() === '') return;
    const event = parseEvent(line);
    if (event === undefined) {
      this.#unreadable++;
      return;
    }
    if (event.type === 'start') this.#kinds = new Map();
    if (event.type === 'resume') this.#dropAfter(event);
    const placed = this.#kinds.get(event.type) ?? [];
    if (placed.length === this.#most) placed.splice(0, Infinity, ...everySecond(placed));
    placed.push({ place: this.#place++, event });
    this.#kinds.set(event.type, placed);
  }

  /** What the lines so far say. */
  log(): TrainingLog {
    const placed = [...this.#kinds.values()].flat().sort((a, b) => a.place - b.place);
    return { events: placed.map(({ event }) => event), unreadable: this.#unreadable };
  }

  /** Drops the events of positions that a resume goes back behind. */
  #dropAfter({ epoch, batch }: { readonly epoch: number; readonly batch: number }): void {
    for (const [type, placed] of this.#kinds) {
      const kept = placed.filter(
        ({ event }) =>
          event.type === 'start' ||
          event.epoch < epoch ||
          (event.epoch === epoch && event.batch <= batch),
      );
      this.#kinds.set(type, kept);
    }
  }
}

function parseEvent(line: string): TrainingEvent | undefined {
  try {
    const result = eventSchema.safeParse(JSON.parse(line));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/** Every second element; the last is among them. */
function everySecond<Element>(elements: readonly Element[]): Element[] {
  return elements.filter((_, n) => (elements.length - 1 - n) % 2 === 0);
}
