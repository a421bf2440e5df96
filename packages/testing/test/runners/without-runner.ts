import { conformanceCases } from '../../src/index.js';
import { model } from './model.js';

const problems: string[] = [];
const cases = conformanceCases(model);
for (const { name, run } of cases) {
  await run().catch((error: unknown) => problems.push(`${name}: ${String(error)}`));
}
process.stdout.write(`${cases.length} cases, ${problems.length} broken\n${problems.join('\n')}`);
process.exitCode = problems.length === 0 ? 0 : 1;
