import type { CallOptions, DataSplit, FeatureTable } from '@tensorec/core';
import type { FeatureSpec } from '../read/feature-specification.js';
import { parseFeatures } from '../read/parse-features.js';
import { parseInteractions, type ReadResult } from '../read/parse-interactions.js';
import { parseSplit, type SplitParts } from '../read/parse-split.js';
import type { DataSpec } from '../read/specification.js';
import { fileSource } from './byte-source.js';

/**
 * Interactions from a file, plain or gzip (recognised by content).
 *
 * @throws TensorecError as `parseInteractions`, and `file` when the file cannot be read.
 */
export function readInteractions(
  path: string,
  spec: DataSpec,
  options: CallOptions = {},
): Promise<ReadResult> {
  return parseInteractions(fileSource(path), spec, options);
}

/** The files of a split that comes in parts. */
export type SplitFiles = SplitParts<{ readonly path: string }>;

/**
 * A split from the files of its parts, plain or gzip (recognised by content).
 *
 * @throws TensorecError as `parseSplit`, and `file` when a file cannot be read.
 */
export function readSplit(files: SplitFiles, options: CallOptions = {}): Promise<DataSplit> {
  const { train, validation, test, filterTrain } = files;
  return parseSplit(
    {
      train: { source: fileSource(train.path), spec: train.spec },
      validation: validation && { source: fileSource(validation.path), spec: validation.spec },
      test: { source: fileSource(test.path), spec: test.spec },
      filterTrain,
    },
    options,
  );
}

/**
 * What is known about users or items, from a file, plain or gzip (recognised by content).
 *
 * @throws TensorecError as `parseFeatures`, and `file` when the file cannot be read.
 */
export function readFeatures(
  path: string,
  spec: FeatureSpec,
  options: CallOptions = {},
): Promise<FeatureTable> {
  return parseFeatures(fileSource(path), spec, options);
}
