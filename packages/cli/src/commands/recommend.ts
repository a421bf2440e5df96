import { Option, type Command } from 'commander';
import {
  hasCapability,
  TensorecError,
  type Id,
  type Model,
  type Recommendation,
  type UnknownUsers,
} from '@tensorec/core';
import {
  openArtifact,
  openTitles,
  typedId,
  type ArtifactOptions,
  type Titles,
} from '../artifacts.js';
import { recommendBatch, type BatchRequest } from '../batch/recommend-batch.js';
import { idOf } from '../batch/users.js';
import type { CommandContext, Console } from '../console.js';
import { models } from '../models.js';
import { formatTable, printable } from '../table.js';
import { itemIdOption, itemsOption, lengthOption, moduleOption, titleOption } from '../options.js';

/** Options of `tensorec recommend`. */
interface RecommendOptions extends ArtifactOptions {
  readonly user?: readonly string[];
  readonly usersFile?: string;
  readonly allUsers?: boolean;
  readonly history?: readonly string[];
  readonly out?: string;
  readonly k: number;
  readonly exclude: 'seen' | 'none';
  readonly unknown: UnknownUsers;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** Most items shown of what a user did. */
const historyShown = 8;
/** Reasons shown for each recommendation. */
const reasonsShown = 3;

/** `tensorec recommend ARTIFACT`: for users or a history to look at, or for many users into a file. */
async function recommendCommand(
  folder: string,
  options: RecommendOptions,
  console: Console,
): Promise<void> {
  const model = await openArtifact(folder, options);
  try {
    const title = await openTitles(options);
    const batch = batchOf(options, title);
    if (batch !== undefined) await recommendBatch(model, batch, console);
    else if (options.history !== undefined)
      await recommendToHistory(model, options.history, options, title, console);
    else await recommendToUsers(model, options.user ?? [], options, title, console);
  } finally {
    model.dispose();
  }
}

/** What is written rather than shown; undefined for what is shown. */
function batchOf(options: RecommendOptions, title: Titles): BatchRequest | undefined {
  const { user, usersFile, allUsers, out, json, k, exclude, unknown, items } = options;
  if (usersFile === undefined && allUsers !== true && out === undefined) return undefined;
  return {
    whom:
      allUsers === true
        ? 'all'
        : usersFile === undefined
          ? { ids: user ?? [] }
          : { file: usersFile },
    out: out ?? '-',
    json: json === true,
    k,
    exclude,
    unknown,
    title: items === undefined ? undefined : title,
  };
}

async function recommendToHistory(
  model: Model,
  history: readonly string[],
  { k, exclude, json }: RecommendOptions,
  title: Titles,
  console: Console,
): Promise<void> {
  if (!hasCapability(model, 'folds-in')) {
    const able = models.filter((known) => known.capabilities.includes('folds-in'));
    throw new TensorecError(
      'invalid-argument',
      `A ${model.name} model recommends to users of its training data alone; for a history these do: ${able.map((known) => known.name).join(', ')}.`,
    );
  }
  const items = history.map((item) => typedId(item, model.items, 'item'));
  const { signal } = console;
  const recommendations = await model.recommend({ histories: [items], k, exclude, signal });
  const list = recommendations.list(0);
  if (json === true) {
    const rows = list.map(({ item, score, rank }) => ({ item, score, rank, title: title(item) }));
    console.out(JSON.stringify(rows, null, 2));
    return;
  }
  console.out(`\n${model.name} recommends after ${items.map(title).map(printable).join(', ')}:`);
  showList(
    list.map((row) => cellsOf(row, title)),
    [],
    console,
  );
}

async function recommendToUsers(
  model: Model,
  ids: readonly string[],
  { k, exclude, unknown, explain, json }: RecommendOptions,
  title: Titles,
  console: Console,
): Promise<void> {
  const users = ids.map((user) =>
    unknown === 'error' ? typedId(user, model.users, 'user') : idOf(user, model),
  );
  const { signal } = console;
  const recommendations = await model.recommend({ users, k, exclude, unknown, signal });
  if (json === true) {
    const rows = await Promise.all(
      [...recommendations].map(async (row) => ({
        ...row,
        title: title(row.item),
        ...(explain === true ? { because: await reasons(model, row.user, row.item) } : {}),
      })),
    );
    console.out(JSON.stringify(rows, null, 2));
    return;
  }
  for (const [position, user] of users.entries()) {
    if (explain === true) showHistory(model, user, title, console);
    console.out(`\n${model.name} recommends to ${printable(String(user))}:`);
    const rows = await Promise.all(
      recommendations.list(position).map(async (row) => {
        if (explain !== true) return cellsOf(row, title);
        const because = await reasons(model, user, row.item);
        return [...cellsOf(row, title), because.map((reason) => title(reason.item)).join('; ')];
      }),
    );
    showList(rows, explain === true ? ['because of'] : [], console);
  }
}

function cellsOf({ rank, item, score }: Recommendation, title: Titles): string[] {
  return [String(rank), title(item), score.toPrecision(4)];
}

function showList(
  rows: readonly (readonly string[])[],
  further: readonly string[],
  console: Console,
): void {
  const head = ['', 'item', 'score', ...further];
  console.out(rows.length === 0 ? 'nothing' : formatTable(head, rows, [1, 3]));
}

function showHistory(model: Model, user: Id, title: Titles, console: Console): void {
  const row = model.users.row(user);
  if (row === undefined) return;
  const { offsets, indices, values } = model.training.history;
  const entries = Array.from(
    { length: offsets[row + 1]! - offsets[row]! },
    (_, n) => offsets[row]! + n,
  ).sort((a, b) => values[b]! - values[a]!);
  console.out(`${printable(String(user))} knows ${entries.length} items; the strongest signals:`);
  for (const entry of entries.slice(0, historyShown)) {
    console.out(`  ${printable(title(model.items.id(indices[entry]!)))}`);
  }
}

async function reasons(
  model: Model,
  user: Id,
  item: Id,
): Promise<readonly { readonly item: Id; readonly contribution: number }[]> {
  if (!model.users.has(user) || !hasCapability(model, 'explains')) return [];
  return model.explain({ user, item, k: reasonsShown });
}

/** Adds `tensorec recommend` to the program. */
export function registerRecommend(program: Command, { console }: CommandContext): void {
  const whom = ['user', 'usersFile', 'allUsers', 'history'];
  const oneOf = (option: Option, name: string): Option =>
    option.conflicts(whom.filter((other) => other !== name));
  program
    .command('recommend')
    .summary('recommend to users of a saved model, one or all of them')
    .description(
      'Shows what a saved model recommends, or writes the lists of many users to a file: CSV with the columns user, item, rank and score, or JSON lines. ' +
        'The file takes its name when it is whole; memory does not grow with the number of users.',
    )
    .argument('<artifact>', 'folder of a saved model')
    .addOption(oneOf(new Option('--user <id...>', 'whom to recommend to'), 'user'))
    .addOption(
      oneOf(
        new Option('--users-file <file>', 'text with one user id a line; - reads standard input'),
        'usersFile',
      ),
    )
    .addOption(oneOf(new Option('--all-users', 'everyone with a training event'), 'allUsers'))
    .addOption(
      oneOf(
        new Option(
          '--history <item...>',
          'items of a person whom the model never saw (models that fold in)',
        ).conflicts(['explain', 'out']),
        'history',
      ),
    )
    .option(
      '--out <file>',
      'write the lists: .csv or .jsonl, with .gz compressed; - is standard output (default with --users-file and --all-users)',
    )
    .addOption(lengthOption())
    .addOption(
      new Option('--exclude <what>', 'items left out of the lists: what the user has, or none')
        .choices(['seen', 'none'])
        .default('seen'),
    )
    .addOption(
      new Option('--unknown <what>', 'what users get of whom the model knows nothing')
        .choices(['error', 'empty', 'popular'])
        .default('error'),
    )
    .addOption(
      new Option('--explain', 'show what the user did, and why each item is recommended').conflicts(
        ['usersFile', 'allUsers', 'out'],
      ),
    )
    .option('--json', 'print JSON; JSON lines for --users-file and --all-users')
    .addOption(moduleOption())
    .addOption(itemsOption())
    .addOption(itemIdOption())
    .addOption(titleOption())
    .addHelpText(
      'after',
      `
Examples:
  $ tensorec recommend report/models/als --user u000000042 --items shop/items.csv --explain
  $ tensorec recommend report/models/als --history i0000007 i0000012
  $ tensorec recommend report/models/als --all-users --k 20 --out lists.csv.gz
  $ tensorec recommend report/models/als --users-file users.txt --unknown popular --out lists.jsonl
  $ cut -d, -f1 new.csv | tensorec recommend report/models/als --users-file - > lists.csv`,
    )
    .action(async (artifact: string, options: RecommendOptions, command: Command) => {
      const { user, usersFile, allUsers, history } = options;
      if (
        user === undefined &&
        usersFile === undefined &&
        allUsers !== true &&
        history === undefined
      )
        command.error(
          'error: nobody to recommend to; give --user, --users-file, --all-users or --history',
        );
      await recommendCommand(artifact, options, console);
    });
}
