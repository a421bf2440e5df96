import {
  Interactions,
  parseWith,
  show,
  TensorecError,
  type CallOptions,
  type CandidateLists,
  type DataSplit,
  type Id,
  type Role,
  type Schema,
  type Vocabulary,
} from '@tensorec/core';
import { fingerprint, ready, type ReadonlyInt32Array } from '@tensorec/kernels';
import { CandidatesReader } from './candidates.js';
import { SessionTargetReader } from './item-lists.js';
import { createPartReader, type PartReader } from './parse-interactions.js';
import { readRecords, type ByteSource } from './records.js';
import {
  buildInteractions,
  buildVocabularies,
  createIdTables,
  createPlainPart,
  requireInteractions,
  timestampFactor,
  type IdTables,
  type PartColumns,
  type Vocabularies,
} from './sink.js';
import { dataSpecSchema, testSpecSchema, type DataSpec, type TestSpec } from './specification.js';

/** A filter of the train part; see {@link SplitParts.filterTrain}. */
export type TrainFilter = (train: Interactions<Id, Id, 'whole'>) => Interactions<Id, Id, 'whole'>;

/** The parts of a split that was made by others, each where `Place` says. */
export interface SplitParts<Place> {
  readonly train: Place & { readonly spec: DataSpec };
  readonly validation?: (Place & { readonly spec: DataSpec }) | undefined;
  readonly test: Place & { readonly spec: TestSpec };
  /**
   * Applied to the train part alone. Ids that it removes stay in the vocabularies, which all parts share; it must not
   * bring in ids of its own.
   */
  readonly filterTrain?: TrainFilter | undefined;
}

/** The parts of a split as bytes. */
export type SplitSources = SplitParts<{ readonly source: ByteSource }>;

/**
 * A split from the bytes of its parts, over the vocabularies of all parts together. Each part is read as
 * `parseInteractions` reads it; a `candidates` test part gives `candidates`, `sessions` validation and test parts give
 * `histories`. The split id is a hash of what was read. Skipped lines and what the filter left are in the notes.
 *
 * @throws TensorecError as `parseInteractions`; `invalid-argument` when the parts differ in `ids`, or when the filter
 * returns ids that were not in the train part; `empty-data` when a part, or the train part after its filter, is empty.
 */
export async function parseSplit(
  parts: SplitSources,
  options: CallOptions = {},
): Promise<DataSplit> {
  const specs = {
    train: checkedSpec(dataSpecSchema, parts.train),
    validation: parts.validation && checkedSpec(dataSpecSchema, parts.validation),
    test: checkedSpec(testSpecSchema, parts.test),
  };
  await ready();
  const tables = createIdTables(commonIds([specs.train, specs.validation, specs.test]));
  const histories = createPlainPart();
  const notes: string[] = [];
  const total = parts.validation === undefined ? 2 : 3;
  let read = 0;
  const readPart = async (
    { source }: { readonly source: ByteSource },
    spec: TestSpec,
    { format, part }: PartReader,
  ): Promise<PartColumns> => {
    const { signal, onProgress } = options;
    const skipped = await readRecords(source, format, {
      signal,
      onProgress:
        onProgress &&
        (({ stage, fraction }) => {
          onProgress({ stage, fraction: (read + fraction) / total });
        }),
      skipBadLines: spec.skipBadLines,
    });
    read++;
    requireInteractions(source.name, part.columns.size, skipped);
    if (skipped.skippedLines > 0) {
      notes.push(
        `${skipped.skippedLines} bad lines were left out, the first: ${skipped.skipped[0] ?? ''}`,
      );
    }
    return part;
  };

  const train = await readPart(parts.train, specs.train, createPartReader(specs.train, tables));
  const validation =
    parts.validation &&
    specs.validation &&
    (await readPart(
      parts.validation,
      specs.validation,
      createHeldOutReader(specs.validation, tables, 'validation', histories),
    ));
  const testReader = createHeldOutReader(specs.test, tables, 'test', histories);
  const test = await readPart(parts.test, specs.test, testReader);
  const candidates = testReader.format instanceof CandidatesReader ? testReader.format : undefined;
  if (candidates !== undefined) notes.push(...candidates.notes());

  const vocabularies = buildVocabularies(tables);
  const factor = timestampFactor([train, test, ...(validation === undefined ? [] : [validation])]);
  const build = <R extends Role>(part: PartColumns, role: R): Interactions<Id, Id, R> =>
    buildInteractions(part, vocabularies, role, factor);
  const whole = build(train, 'whole');
  const hasHistories = [specs.validation, specs.test].some((spec) => spec?.format === 'sessions');
  return nameSplit(
    {
      train: filterOver(whole, parts.filterTrain, vocabularies, notes),
      validation: validation && build(validation, 'validation'),
      test: build(test, 'test'),
      histories: hasHistories ? build(histories, 'whole') : undefined,
    },
    candidates?.candidates(),
    notes,
  );
}

function checkedSpec<Spec>(
  schema: Schema<Spec>,
  { source, spec }: { readonly source: ByteSource; readonly spec: Spec },
): Spec {
  return parseWith(schema, spec, `specification of ${source.name}`);
}

/** The id kind that all parts agree on. */
function commonIds(specs: readonly (TestSpec | undefined)[]): 'string' | 'number' {
  const kinds = new Set(
    specs.flatMap((spec) => (spec === undefined ? [] : [spec.ids ?? 'string'])),
  );
  const [kind = 'string'] = kinds;
  if (kinds.size > 1) {
    throw new TensorecError(
      'invalid-argument',
      'The parts of the split read ids in different ways, "string" and "number"; set the same ids for all of them.',
    );
  }
  return kind;
}

/** The reader of a validation or test part. */
export function createHeldOutReader(
  spec: TestSpec,
  tables: IdTables,
  role: 'validation' | 'test',
  histories: PartColumns,
): PartReader {
  if (spec.format === 'candidates') {
    const reader = new CandidatesReader(tables);
    return { format: reader, part: reader.part };
  }
  if (spec.format !== 'sessions') return createPartReader(spec, tables);
  const reader = new SessionTargetReader(tables, role, histories);
  return { format: reader, part: reader.part };
}

/** What the filter leaves of the train part, over the vocabularies of all parts. */
function filterOver(
  whole: Interactions<Id, Id, 'whole'>,
  filter: TrainFilter | undefined,
  vocabularies: Vocabularies,
  notes: string[],
): Interactions<Id, Id, 'train'> {
  if (filter === undefined) return new Interactions({ ...whole.columns(), role: 'train' });
  const filtered = filter(whole);
  if (filtered.size === 0) {
    throw new TensorecError(
      'empty-data',
      `None of the ${whole.size} training interactions is left after the filter; loosen it.`,
    );
  }
  if (filtered.size < whole.size) {
    notes.push(`The filters left ${filtered.size} of ${whole.size} training interactions.`);
  }
  return new Interactions({
    ...filtered.columns(),
    ...vocabularies,
    role: 'train',
    userRows: translate(filtered.userRows, filtered.users, vocabularies.users),
    itemRows: translate(filtered.itemRows, filtered.items, vocabularies.items),
  });
}

/** Rows of one vocabulary as rows of another. */
function translate(rows: ReadonlyInt32Array, from: Vocabulary, to: Vocabulary): Int32Array {
  const newRow = Int32Array.from(from, (id) => {
    const row = to.row(id);
    if (row !== undefined) return row;
    throw new TensorecError(
      'invalid-argument',
      `filterTrain returned the id ${show(id)}, which is in no part of the split; it may only leave out or change interactions.`,
    );
  });
  return Int32Array.from(rows, (row) => newRow[row]!);
}

interface BuiltParts {
  readonly train: Interactions<Id, Id, 'train'>;
  readonly validation: Interactions<Id, Id, 'validation'> | undefined;
  readonly test: Interactions<Id, Id, 'test'>;
  readonly histories: Interactions | undefined;
}

/** The parts under a split id that is the hash of them all. */
function nameSplit(
  { train, validation, test, histories }: BuiltParts,
  candidates: CandidateLists | undefined,
  notes: readonly string[],
): DataSplit {
  const splitId = fingerprint([
    'given parts',
    train.fingerprint,
    validation?.fingerprint ?? '',
    test.fingerprint,
    histories?.fingerprint ?? '',
    candidates?.offsets ?? '',
    candidates?.itemRows ?? '',
  ]);
  const named = <R extends Role>(part: Interactions<Id, Id, R>): Interactions<Id, Id, R> =>
    new Interactions({ ...part.columns(), splitId });
  return {
    train: named(train),
    validation: validation && named(validation),
    test: named(test),
    histories: histories && named(histories),
    candidates,
    splitId,
    notes,
  };
}
