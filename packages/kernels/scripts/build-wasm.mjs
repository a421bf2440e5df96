// Compiles assembly/ to WebAssembly and writes it as src/engine/binary.generated.ts, unless that file is up to date.
// The module wants a shared memory; which kind of memory it wants is one bit of the binary, whose place is written
// too, so that one compilation serves threads and engines without them.
// `--out FILE` also writes the module for one thread as a file, for platforms that compile it themselves.
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..');
const output = join(folder, 'src/engine/binary.generated.ts');
const sources = readdirSync(join(folder, 'assembly'))
  .filter((name) => name.endsWith('.ts'))
  .sort()
  .map((name) => join(folder, 'assembly', name));

const hash = createHash('sha256');
for (const file of [...sources, fileURLToPath(import.meta.url)]) hash.update(readFileSync(file));
const fingerprint = `// ${hash.digest('hex')}`;
const current = readOutput();
if (!current.startsWith(`${fingerprint}\n`)) await build();
if (process.argv[2] === '--out') writeUnshared(process.argv[3]);

function readOutput() {
  try {
    return readFileSync(output, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return '';
    throw error;
  }
}

async function build() {
  const { default: asc } = await import('assemblyscript/asc');
  const scratch = mkdtempSync(join(tmpdir(), 'tensorec-kernels-'));
  try {
    const wasm = join(scratch, 'kernels.wasm');
    const { error, stderr } = await asc.main([
      join(folder, 'assembly/index.ts'),
      ...['--outFile', wasm],
      ...['--enable', 'simd,threads,bulk-memory'],
      ...['--runtime', 'stub', '--importMemory', '--sharedMemory'],
      ...['--initialMemory', '1', '--maximumMemory', '65536'],
      ...['--optimizeLevel', '3', '--shrinkLevel', '0', '--noAssert'],
      ...['--use', 'abort='],
    ]);
    if (error) {
      console.error(stderr.toString());
      throw error;
    }
    const bytes = readFileSync(wasm);
    const memoryFlag = findMemoryFlag(bytes);
    const names = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
    const text = [
      fingerprint,
      '/** Names of what the module exports. */',
      `export type ExportName = ${names.map((name) => `'${name}'`).join(' | ')};`,
      '/** Where the byte stands that asks for shared memory: 3, or 1 for memory of one thread. */',
      `export const memoryFlag = ${memoryFlag};`,
      '/** The module, in base 64. */',
      `export const binary = '${bytes.toString('base64')}';`,
      '',
    ].join('\n');
    mkdirSync(dirname(output), { recursive: true });
    writeFileSync(`${output}.${process.pid}`, text);
    renameSync(`${output}.${process.pid}`, output);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The module that wants memory of one thread. */
function writeUnshared(file) {
  const text = readOutput();
  const bytes = Buffer.from(/binary =\s*'([^']+)'/.exec(text)[1], 'base64');
  bytes[Number(/memoryFlag = (\d+)/.exec(text)[1])] = 1;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

/** The place of the limits flag of the imported memory (WebAssembly specification, 5.5.5, import section). */
function findMemoryFlag(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  while (at < bytes.length) {
    const section = bytes[at++];
    const size = number();
    const end = at + size;
    if (section !== 2) {
      at = end;
      continue;
    }
    for (let left = number(); left > 0; left--) {
      for (let names = 0; names < 2; names++) {
        const length = number();
        at += length;
      }
      const kind = bytes[at++];
      if (kind === 2) {
        if (bytes[at] !== 3)
          throw new Error(`The imported memory has the limits flag ${bytes[at]}, not 3.`);
        return at;
      }
      if (kind !== 0) throw new Error(`An import of kind ${kind} stands before the memory.`);
      number();
    }
  }
  throw new Error('The module imports no memory.');
}
