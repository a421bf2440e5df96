import { test } from 'node:test';
import { conformanceCases } from '../../src/index.js';
import { model } from './model.js';

for (const { name, run } of conformanceCases(model)) void test(name, run);
