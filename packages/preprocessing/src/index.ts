export { kCore } from './filters/k-core.js';
export {
  minimumItemInteractions,
  minimumUserInteractions,
} from './filters/minimum-interactions.js';
export { minimumValue } from './filters/minimum-value.js';
export { removeDuplicates, type DuplicateRule } from './filters/remove-duplicates.js';
export * from './filters/apply-filters.js';
export type { FilterStage } from './filters/stage.js';
export * from './read/feature-specification.js';
export type { IdKind } from './read/id-table.js';
export type { FormatGuess, GuessAlternative } from './inspect/format-guess.js';
export { guessFormat } from './inspect/guess.js';
export { guessItems, type ItemsGuess, type ItemsHints } from './inspect/guess-items.js';
export { parseFeatures } from './read/parse-features.js';
export { parseInteractions, type ReadResult } from './read/parse-interactions.js';
export {
  parseSplit,
  type SplitParts,
  type SplitSources,
  type TrainFilter,
} from './read/parse-split.js';
export type { ByteSource, SkippedLines } from './read/records.js';
export { dataSpecSchema, testSpecSchema } from './read/specification.js';
export type {
  AdjacencySpec,
  CandidatesSpec,
  DataFormat,
  DataSpec,
  DelimitedColumns,
  DelimitedSpec,
  DstSpec,
  JsonLinesSpec,
  LineOptions,
  NamedColumns,
  RecBoleSpec,
  SequencesSpec,
  SessionsSpec,
  TestSpec,
  TimestampOptions,
} from './read/specification.js';
export type { TimestampUnit } from './read/timestamps.js';
export { foldsFromParts, kFold, type KFoldOptions } from './splits/folds.js';
export * from './splits/per-user.js';
export * from './splits/split-data.js';
export type { FoldSplitter, FoldStage, SplitOf, SplitStage } from './splits/stage.js';
export { temporalSplit, type TemporalSplitOptions } from './splits/temporal.js';
export { preprocessingStages } from './stages.js';
export type { Distribution, LongTail } from './statistics/counts.js';
export type { IdSpellings } from './statistics/ids.js';
export { inspectInteractions, type InspectOptions } from './statistics/inspect-interactions.js';
export type {
  Duplicates,
  InteractionStatistics,
  SessionSummary,
} from './statistics/interaction-statistics.js';
export type { ValueBin, ValueSummary } from './statistics/values.js';
export { csvText, type CsvCell } from './write/csv.js';
