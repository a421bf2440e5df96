import type { CallOptions } from '@tensorec/core';
import { parseInteractions, type ReadResult } from '../read/parse-interactions.js';
import type { DataSpec } from '../read/specification.js';
import { fileSource } from './byte-source.js';

/**
 * Interactions from a file, plain or gzip. As `parseInteractions`; what it throws, and besides `file` when the file
 * cannot be read.
 */
export function readInteractions(
  path: string,
  spec: DataSpec,
  options: CallOptions = {},
): Promise<ReadResult> {
  return parseInteractions(fileSource(path), spec, options);
}
