import { parseWith, runSteps, type CallOptions } from '@tensorec/core';
import { ready, type Steps } from '@tensorec/kernels';
import type { Columns } from '../read/column-builder.js';
import { createPartReader, type PartReader } from '../read/parse-interactions.js';
import { createHeldOutReader } from '../read/parse-split.js';
import { readRecords, type ByteSource } from '../read/records.js';
import {
  buildVocabularies,
  createIdTables,
  createPlainPart,
  requireInteractions,
  timestampFactor,
  type IdTables,
} from '../read/sink.js';
import { testSpecSchema, type TestSpec } from '../read/specification.js';
import { CARRIAGE_RETURN, LINE_FEED } from '../read/text.js';
import { distribution, longTail, RowCounts } from './counts.js';
import { idSpellings } from './ids.js';
import type { InteractionStatistics } from './interaction-statistics.js';
import { countRepeats, SESSION_GAP, sessionLengths } from './repeats.js';
import { UserSample } from './user-sample.js';
import { ValueCounts } from './values.js';
import { warningsOf } from './warnings.js';

/** Where the last part of the work, over the sampled users, begins. */
const READ_SHARE = 0.9;

/** Options of {@link inspectInteractions}. */
export interface InspectOptions extends CallOptions {
  /** Whether the file is a test part, with a target or candidates on its lines; default false. */
  readonly heldOut?: boolean | undefined;
  /** Events that are kept to count duplicates and sessions on; default 2,097,152. With more, some users stand for all. */
  readonly sampledEvents?: number | undefined;
}

/**
 * Describes a file of interactions in one pass: counts, values, times, long tail, duplicates, sessions, and what a
 * person should know. Memory grows with the ids and not with the events. Bad lines are counted and passed over.
 *
 * @param spec - how the file is laid out, as `guessFormat` found or a person knows
 * @throws TensorecError `empty-data` when there are no interactions, `invalid-argument` for a bad specification,
 * `parse` where the file cannot be read at all; the signal's reason once it is aborted.
 */
export async function inspectInteractions(
  source: ByteSource,
  spec: TestSpec,
  options: InspectOptions = {},
): Promise<InteractionStatistics> {
  const checked = parseWith(testSpecSchema, spec, `specification of ${source.name}`);
  await ready();
  const tables = createIdTables(checked.ids ?? 'string');
  const reader = readerOf(checked, options.heldOut === true, tables);
  const gathered = new Gathered(options.sampledEvents);
  const { onProgress, signal } = options;
  const drain = (): void => {
    gathered.add(reader.part.columns.build());
  };
  const skipped = await readRecords(drained(source, gathered, drain), reader.format, {
    skipBadLines: true,
    signal,
    onProgress:
      onProgress &&
      (({ stage, fraction }) => {
        onProgress({ stage, fraction: READ_SHARE * fraction });
      }),
  });
  drain();
  requireInteractions(source.name, gathered.interactions, skipped);
  const factor =
    timestampFactor([reader.part]) === 1000 && reader.part.timestamps?.unitUnknown ? 1000 : 1;
  const found = await runSteps(overUsers(gathered, factor), {
    stage: `read ${source.name}`,
    from: READ_SHARE,
    signal,
    onProgress,
  });
  const isSplit = options.heldOut === true || ['sessions', 'candidates'].includes(checked.format);
  const { users, items } = buildVocabularies(tables);
  const [userCounts, itemCounts] = [gathered.users.sorted(), gathered.items.sorted()];
  const { interactions, times } = gathered;
  const statistics = {
    ...skipped,
    lines: gathered.lines,
    users: userCounts.length,
    items: itemCounts.length,
    interactions,
    density: (interactions - found.duplicates.pairs) / (userCounts.length * itemCounts.length),
    values: gathered.values.summary(),
    times: times && { first: factor * times.first, last: factor * times.last },
    perUser: distribution(userCounts),
    perItem: distribution(itemCounts),
    singleUsers: countOf(1, userCounts),
    singleItems: countOf(1, itemCounts),
    longTail: longTail(itemCounts),
    ...found,
    sampledUsers: gathered.sample.share,
    userIds: idSpellings(users),
    itemIds: idSpellings(items),
  };
  return { ...statistics, warnings: warningsOf(statistics, isSplit) };
}

function readerOf(spec: TestSpec, heldOut: boolean, tables: IdTables): PartReader {
  return heldOut || spec.format === 'candidates'
    ? createHeldOutReader(spec, tables, 'test', createPlainPart())
    : createPartReader(spec, tables);
}

function countOf(value: number, sorted: Int32Array): number {
  let count = 0;
  while (sorted[count] === value) count++;
  return count;
}

/** What one pass gathers. */
class Gathered {
  readonly users = new RowCounts();
  readonly items = new RowCounts();
  readonly values = new ValueCounts();
  readonly sample: UserSample;
  interactions = 0;
  /** As they stand in the file. */
  times: { first: number; last: number } | undefined;
  #lineEnds = 0;
  #lastByte = LINE_FEED;

  constructor(sampledEvents: number | undefined) {
    this.sample = new UserSample(sampledEvents);
  }

  get lines(): number {
    const isEnded = this.#lastByte === LINE_FEED || this.#lastByte === CARRIAGE_RETURN;
    return this.#lineEnds + (isEnded ? 0 : 1);
  }

  add(columns: Columns): void {
    const { userRows, itemRows, values, timestamps } = columns;
    this.interactions += userRows.length;
    this.users.add(userRows);
    this.items.add(itemRows);
    if (values !== undefined) this.values.add(values);
    if (timestamps !== undefined && timestamps.length > 0) this.#addTimes(timestamps);
    this.sample.add(columns);
  }

  countLines(block: Uint8Array): void {
    let last = this.#lastByte;
    let ends = 0;
    for (let n = 0; n < block.length; n++) {
      const byte = block[n]!;
      if (byte === CARRIAGE_RETURN || (byte === LINE_FEED && last !== CARRIAGE_RETURN)) ends++;
      last = byte;
    }
    this.#lineEnds += ends;
    this.#lastByte = last;
  }

  #addTimes(timestamps: Float64Array): void {
    let { first, last } = this.times ?? { first: Infinity, last: -Infinity };
    for (let n = 0; n < timestamps.length; n++) {
      const time = timestamps[n]!;
      if (time < first) first = time;
      if (time > last) last = time;
    }
    this.times = { first, last };
  }
}

/** The source, whose events are taken out of the reader after each block. */
function drained(source: ByteSource, gathered: Gathered, drain: () => void): ByteSource {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    for await (const block of source.bytes) {
      gathered.countLines(block);
      yield block;
      drain();
    }
  }
  return {
    name: source.name,
    bytes: bytes(),
    fractionRead: () => source.fractionRead?.() ?? 0,
  };
}

/** Duplicates and sessions over the sampled users, scaled up to all. */
function* overUsers(
  { sample, times }: Gathered,
  factor: number,
): Steps<Pick<InteractionStatistics, 'duplicates' | 'sessions'>> {
  let pairs = 0;
  let rows = 0;
  const lengths: number[] = [];
  for (const events of sample.users()) {
    const repeats = countRepeats(events);
    pairs += repeats.pairs;
    rows += repeats.rows;
    if (times !== undefined) {
      for (const length of sessionLengths(events.times, SESSION_GAP / factor)) lengths.push(length);
    }
    yield events.done;
  }
  const { share } = sample;
  return {
    duplicates: { pairs: pairs / share, rows: rows / share },
    sessions: times && {
      count: lengths.length / share,
      lengths: distribution(Int32Array.from(lengths).sort()),
    },
  };
}
