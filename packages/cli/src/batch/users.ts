import { show, TensorecError, type Id, type Model, type UnknownUsers } from '@tensorec/core';
import type { UserLine } from './user-lines.js';

/** Users that lists are made for together. */
export interface UserBlock {
  readonly users: readonly Id[];
  /** How many of them the model knows nothing of. */
  readonly unknown: number;
  /** Share of all users up to here; undefined where nobody knows how many there are. */
  readonly fraction: number | undefined;
}

/** Users of a block: enough to keep the kernels busy, few enough to hold their lists. */
const blockUsers = 2048;

/** Every user with a training event, in the order of the artifact. */
export async function* allUsers(model: Model): AsyncGenerator<UserBlock> {
  const users = [...model.users].filter((_, row) => isKnown(model, row));
  for (let from = 0; from < users.length; from += blockUsers) {
    const block = users.slice(from, from + blockUsers);
    yield Promise.resolve({
      users: block,
      unknown: 0,
      fraction: (from + block.length) / users.length,
    });
  }
}

/**
 * The users of a text, in its order.
 *
 * @param name - what the text is called in messages
 * @param fractionRead - how much of it was read
 * @throws TensorecError `unknown-id` that names the line, for a user of whom the model knows nothing and `unknown` `error`.
 */
export async function* usersOf(
  lines: AsyncIterable<UserLine>,
  model: Model,
  unknown: UnknownUsers,
  name: string,
  fractionRead: (() => number) | undefined,
): AsyncGenerator<UserBlock> {
  let users: Id[] = [];
  let missing = 0;
  const block = (): UserBlock => ({ users, unknown: missing, fraction: fractionRead?.() });
  for await (const { text, line } of lines) {
    const id = idOf(text, model);
    if (!isKnown(model, model.users.row(id))) {
      if (unknown === 'error') throw unknownUser(model, id, `${name}:${line}`);
      missing++;
    }
    users.push(id);
    if (users.length < blockUsers) continue;
    yield block();
    users = [];
    missing = 0;
  }
  if (users.length > 0) yield block();
}

/** The id that the model holds for a text: the text, or the number that it spells; the text where it holds neither. */
export function idOf(text: string, { users }: Pick<Model, 'users'>): Id {
  if (users.has(text)) return text;
  const number = Number(text);
  return text.trim() !== '' && users.has(number) ? number : text;
}

function isKnown({ training, answersAnyone }: Model, row: number | undefined): boolean {
  if (row === undefined) return false;
  const { offsets } = training.history;
  return answersAnyone || offsets[row + 1]! > offsets[row]!;
}

function unknownUser(model: Model, id: Id, where: string): TensorecError {
  const found = model.users.has(id)
    ? `the user ${show(id)} has no training events`
    : `the artifact does not know the user ${show(id)}; it knows ${model.users.size}`;
  return new TensorecError(
    'unknown-id',
    `${where}: ${found}. Give --unknown popular for popular items, or --unknown empty to leave such users out.`,
  );
}
