import { createReadStream, existsSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { Interactions, TensorecError, type CallOptions, type DataSplit } from '@tensorec/core';
import {
  applyFilters,
  describeFilters,
  describeSplit,
  foldsFromParts,
  splitData,
  type DataSpec,
} from '@tensorec/preprocessing';
import { readFeatures, readInteractions, readSplit } from '@tensorec/preprocessing/node';
import type { PreparedData } from '../run.js';
import type { DataSection, ExperimentFile } from '../schema.js';
