import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Interactions, modelFileName } from '../src/index.js';
import { load, save } from '../src/node/index.js';
import { Cooccurrence, cooccurrence } from './cooccurrence.js';
import { errorOf } from './error-of.js';

const root = await mkdtemp(join(tmpdir(), 'tensorec-hostile-'));
afterAll(() => rm(root, { recursive: true }));

const options = { models: [cooccurrence] };
const data = Interactions.fromColumns({ users: ['a', 'a', 'b'], items: ['x', 'y', 'x'] });
const model = await new Cooccurrence().fit(data);

/** What may lie where a file should be. */
const replacements: Readonly<Record<string, (path: string) => Promise<void> | void>> = {
  'a folder': (path) => mkdir(path).then(() => undefined),
  'a link to itself': (path) => symlink(path, path),
  'a link to nothing': (path) => symlink(`${path}-that-is-not`, path),
  'a link to a folder': (path) => symlink(root, path),
  'a link to another file': async (path) => {
    await writeFile(`${path}-other`, '{"formatVersion": 1}');
    await symlink(`${path}-other`, path);
  },
  // Windows has neither pipes nor devices among its files.
  ...(process.platform !== 'win32' && {
    'a pipe without a writer': (path: string) => {
      execFileSync('mkfifo', [path]);
    },
    'a device without an end': (path: string) => symlink('/dev/zero', path),
  }),
};

let made = 0;

it.each(Object.keys(replacements).flatMap((what) => [0, 1].map((file) => [what, file] as const)))(
  '%s in place of file %d of an artifact is refused',
  async (what, file) => {
    const folder = join(root, `artifact-${made++}`);
    await save(model, folder);
    const { tensors } = JSON.parse(readFileSync(join(folder, modelFileName), 'utf8')) as {
      tensors: { file: string };
    };
    const path = join(folder, [modelFileName, tensors.file][file]!);
    await rm(path);
    await replacements[what]!(path);
    const error = await errorOf(() => load(folder, options));
    expect(['artifact', 'file']).toContain(error.code);
    expect(error.message).toContain(what === 'a link to another file' ? '' : path);
  },
);

it('a link to the file that it should be is followed', async () => {
  const folder = join(root, 'linked');
  await save(model, folder);
  await rename(join(folder, modelFileName), join(root, 'moved.json'));
  await symlink(join(root, 'moved.json'), join(folder, modelFileName));
  expect((await load(folder, options)).items.size).toBe(2);
});
