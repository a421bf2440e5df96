import {
  decodeSafetensors,
  encodeSafetensors,
  parseWith,
  type TrainingEpoch,
} from '@tensorec/core';
import { isTensorecError, TensorecError } from '@tensorec/kernels';
import * as z from 'zod/mini';
import type { NamedArrays } from '../arrays.js';
import type { Identity } from '../identity.js';
import type { Position } from './events.js';
import type { BestEpoch } from './validation.js';

/** Version of the checkpoint format that this library writes; it reads this one alone. */
const formatVersion = 1;

/** The state of a training between two batches: with the batches and the step, all that the next update depends on. */
export interface TrainingState extends Position {
  readonly identity: Identity;
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Sum of the losses of this epoch's batches. */
  readonly lossSum: number;
  readonly history: readonly TrainingEpoch[];
  readonly best: BestEpoch | undefined;
  /** Validations since the best one. */
  readonly waited: number;
  readonly parameters: NamedArrays;
  readonly optimizerState: NamedArrays;
}

const count = z.int().check(z.nonnegative());
const finite = z.number();
const descriptionSchema = z.strictObject({
  identity: z.record(z.string(), z.union([z.string(), finite, z.boolean()])),
  epoch: z.int().check(z.gte(1)),
  batch: count,
  step: count,
  seconds: finite.check(z.nonnegative()),
  lossSum: finite,
  history: z.array(z.strictObject({ epoch: count, values: z.record(z.string(), finite) })),
  best: z.nullable(z.strictObject({ epoch: count, value: finite })),
  waited: count,
});

/** Name of the tensor that holds all but the arrays, as JSON. */
const descriptionName = 'training';

/**
 * A checkpoint: a line with the format version and the SHA-256 of what follows, then a safetensors file with the parameters
 * (`parameters.…`), the optimizer state (`optimizer.…`), the best parameters (`best.…`) and the rest as JSON (`training`).
 */
export async function encodeCheckpoint(state: TrainingState): Promise<Uint8Array<ArrayBuffer>> {
  const { best, parameters, optimizerState, ...rest } = state;
  const description: z.infer<typeof descriptionSchema> = {
    ...rest,
    identity: { ...rest.identity },
    history: rest.history.map(({ epoch, values }) => ({ epoch, values: { ...values } })),
    best: best === undefined ? null : { epoch: best.epoch, value: best.value },
  };
  const json = new TextEncoder().encode(JSON.stringify(description));
  const tensors = encodeSafetensors(
    Object.fromEntries(
      [
        [descriptionName, json] as const,
        ...named('parameters', parameters),
        ...named('optimizer', optimizerState),
        ...named('best', best?.parameters ?? {}),
      ].map(([name, data]) => [name, { shape: [data.length], data }]),
    ),
  );
  const line = new TextEncoder().encode(
    `tensorec checkpoint ${formatVersion} ${await sha256(tensors)}\n`,
  );
  const bytes = new Uint8Array(line.length + tensors.length);
  bytes.set(line);
  bytes.set(tensors, line.length);
  return bytes;
}

/**
 * Reads what {@link encodeCheckpoint} wrote.
 *
 * @param name - where the bytes come from, for messages
 * @throws TensorecError `checkpoint` for anything but a whole checkpoint of this format version.
 */
export async function decodeCheckpoint(bytes: Uint8Array, name: string): Promise<TrainingState> {
  const tensors = await checkedTensors(bytes, name);
  try {
    const arrays = [...decodeSafetensors(tensors)].map(([key, { data }]) => [key, data] as const);
    const json = arrays.find(([key]) => key === descriptionName)?.[1];
    const text = new TextDecoder().decode(json);
    const description = parseWith(descriptionSchema, JSON.parse(text), 'training', 'checkpoint');
    const group = (prefix: string): NamedArrays =>
      Object.fromEntries(
        arrays.flatMap(([key, data]) =>
          key.startsWith(`${prefix}.`) ? [[key.slice(prefix.length + 1), data]] : [],
        ),
      );
    const { best, ...rest } = description;
    return {
      ...rest,
      best: best === null ? undefined : { ...best, parameters: group('best') },
      parameters: group('parameters'),
      optimizerState: group('optimizer'),
    };
  } catch (cause) {
    const reason = isTensorecError(cause) ? cause.message : String(cause);
    throw damaged(name, reason, cause);
  }
}

/** The safetensors file of a checkpoint, checked by version and checksum. */
async function checkedTensors(bytes: Uint8Array, name: string): Promise<Uint8Array> {
  const line = new TextDecoder().decode(bytes.subarray(0, 128));
  const parts = /^tensorec checkpoint (\d{1,9})(?: ([0-9a-f]{64}))?\n?/.exec(line);
  if (parts === null) throw damaged(name, 'it does not begin as a checkpoint does');
  const version = Number(parts[1]);
  if (version !== formatVersion) {
    throw new TensorecError(
      'checkpoint',
      `The checkpoint ${name} has format version ${version}; this library reads ${formatVersion}. ` +
        'Train on with the version of @tensorec/training that wrote it, or remove it to start anew.',
    );
  }
  const tensors = new Uint8Array(bytes.subarray(parts[0].length));
  if ((await sha256(tensors)) !== parts[2]) {
    throw damaged(name, 'its content does not match its checksum, so it was cut short or changed');
  }
  return tensors;
}

function damaged(name: string, reason: string, cause?: unknown): TensorecError {
  return new TensorecError(
    'checkpoint',
    `The checkpoint ${name} is damaged: ${reason}. Put a whole copy in its place, or remove it to start anew.`,
    { cause },
  );
}

function named(prefix: string, arrays: NamedArrays): (readonly [string, NamedArrays[string]])[] {
  return Object.entries(arrays).map(([name, data]) => [`${prefix}.${name}`, data] as const);
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
