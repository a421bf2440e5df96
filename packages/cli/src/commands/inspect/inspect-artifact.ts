import { isTensorecError, type ArtifactDescription, type StoredTensor } from '@tensorec/core';
import { examine, load } from '@tensorec/core/node';
import type { Console } from '../../console.js';
import { loadModules } from '../../modules.js';
import { formatTable, printable } from '../../table.js';
import { count } from './words.js';

/** A tensor of an artifact. */
interface TensorFacts {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
  readonly bytes: number;
}

/** An artifact: what it says of itself, its tensors, and what is wrong with it. */
export interface InspectedArtifact {
  readonly path: string;
  readonly description: ArtifactDescription;
  readonly users: number;
  readonly items: number;
  /** Events in the histories of the users. */
  readonly events: number;
  readonly tensors: readonly TensorFacts[];
  /** Whether this command knows the model, so that it could be restored for a check. */
  readonly known: boolean;
  /** What is wrong; undefined for a whole artifact. */
  readonly damage: string | undefined;
}

/** Examines an artifact; where the model is known it is restored too, which checks what the checksum cannot. */
export async function inspectArtifact(
  folder: string,
  modules: readonly string[],
): Promise<InspectedArtifact> {
  const models = await loadModules(modules);
  const { description, tensors, damage } = await examine(folder);
  const known = models.some((model) => model.name === description.model);
  const extent = (name: string): number => tensors.get(name)?.shape[0] ?? 0;
  return {
    path: folder,
    description,
    users: Math.max(0, extent('history.offsets') - 1),
    items: extent('itemCounts'),
    events: extent('history.items'),
    tensors: [...tensors].map(([name, tensor]) => factsOf(name, tensor)),
    known,
    damage:
      damage?.message ?? (known ? await restoreProblem(() => load(folder, { models })) : undefined),
  };
}

async function restoreProblem(restore: () => Promise<Disposable>): Promise<string | undefined> {
  try {
    (await restore())[Symbol.dispose]();
    return undefined;
  } catch (error) {
    if (isTensorecError(error, 'artifact')) return error.message;
    throw error;
  }
}

function factsOf(name: string, { shape, data }: StoredTensor): TensorFacts {
  const type = data[Symbol.toStringTag].replace('Array', '').toLowerCase();
  return { name, type, shape, bytes: data.byteLength };
}

/** Prints what was found. */
export function showArtifact(artifact: InspectedArtifact, console: Console): void {
  const { path, description, damage, known } = artifact;
  const { training, versions } = description;
  const parameters = Object.entries(description.parameters)
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`)
    .join(', ');
  const rows = [
    ['model', description.model],
    ['parameters', parameters || 'none'],
    ['users', description.users ? count(artifact.users) : 'left out when it was saved'],
    ['items', count(artifact.items)],
    ['events', description.users ? count(artifact.events) : 'left out with the users'],
    [
      'trained on',
      `data ${training.fingerprint}, split ${training.splitId ?? 'none'}, seed ${training.seed}`,
    ],
    ['format', String(description.formatVersion)],
    [
      'versions',
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
    ['size', `${count(description.tensors.bytes)} bytes in ${description.tensors.file}`],
  ];
  console.out(`artifact ${printable(path)}`);
  console.out(formatTable(['', ''], rows, [0, 1]).trimStart());
  if (artifact.tensors.length > 0) {
    console.out('');
    const tensors = artifact.tensors.map(({ name, type, shape, bytes }) => [
      name,
      type,
      shape.join(' × '),
      count(bytes),
    ]);
    console.out(formatTable(['tensor', 'type', 'shape', 'bytes'], tensors, [0, 1]));
  }
  console.out('');
  if (damage === undefined) {
    const restored = known ? ', and the model can be restored' : '';
    console.out(`whole: length and checksum are right${restored}`);
    if (!known)
      console.out(
        `the model ${printable(description.model)} is not known here; add it with --module`,
      );
  }
}
