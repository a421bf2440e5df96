import type { Command } from 'commander';
import { describeParameters, searchDimensions, type SearchDimension } from '@tensorec/core';
import type { CommandContext, Console } from '../console.js';
import { loadModules } from '../modules.js';
import { formatTable } from '../table.js';
import { moduleOption } from '../options.js';

/** `tensorec models`. */
async function modelsCommand(
  options: { readonly json?: boolean; readonly module?: readonly string[] },
  console: Console,
): Promise<void> {
  const described = (await loadModules(options.module ?? [])).map((model) => ({
    name: model.name,
    summary: model.summary,
    paper: model.paper,
    tasks: model.tasks,
    capabilities: model.capabilities,
    parameters: describeParameters(model),
    searchSpace: model.searchSpace,
  }));
  if (options.json === true) {
    console.out(JSON.stringify(described, null, 2));
    return;
  }
  for (const model of described) {
    console.out(`${model.name}: ${model.summary}`);
    console.out(`  ${model.paper}`);
    console.out(
      `  tasks: ${model.tasks.join(', ')}; can: ${model.capabilities.join(', ') || 'recommend'}`,
    );
    const space = new Map(searchDimensions(model));
    const rows = model.parameters.map((parameter) => [
      `  ${parameter.name}`,
      parameter.default === undefined ? '' : JSON.stringify(parameter.default),
      describeSearch(space.get(parameter.name)),
      parameter.description,
    ]);
    const head = ['  parameter', 'default', 'tune tries', ''];
    if (rows.length > 0) console.out(formatTable(head, rows, [0, 2, 3]));
    console.out('');
  }
}

function describeSearch(dimension: SearchDimension | undefined): string {
  if (dimension === undefined) return '';
  if ('choices' in dimension) return dimension.choices.join(', ');
  const { from, to, scale } = dimension;
  return `${from} to ${to}${scale === 'log' ? ', log' : ''}`;
}

/** Adds `tensorec models` to the program. */
export function registerModels(program: Command, { console }: CommandContext): void {
  program
    .command('models')
    .summary('list the models and their parameters')
    .option('--json', 'print JSON')
    .addOption(moduleOption())
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec models
  $ tensorec models --json
  $ tensorec models --module ./my-models.js`,
    )
    .action((options: { json?: boolean; module?: string[] }) => modelsCommand(options, console));
}
