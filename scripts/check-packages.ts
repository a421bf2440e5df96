// Packs every package and checks what its users would get: publint (manifest) and Are the types wrong? (types).
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { rmSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packAll } from './packages.js';

/** ESM-only on purpose: `require` of it works on the Node versions supported. */
const accepted = new Set(['CJSResolvesToESM', 'NoResolution']);
const acceptedResolutions = new Set(['node10', 'node16-cjs']);

let problems = 0;
const tarballs = packAll();
for (const [name, tarball] of tarballs) {
  const data = readFileSync(tarball);
  const found: string[] = [];
  const { messages, pkg } = await publint({
    pack: { tarball: data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) },
    level: 'warning',
    strict: true,
  });
  found.push(
    ...messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`),
  );
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(data)));
  if (!analysis.types) {
    found.push('types: none');
  } else {
    for (const problem of analysis.problems) {
      const resolution = 'resolutionKind' in problem ? problem.resolutionKind : '';
      if (accepted.has(problem.kind) && acceptedResolutions.has(resolution)) continue;
      found.push(`types: ${JSON.stringify(problem)}`);
    }
  }
  for (const text of found) console.error(`@tensorec/${name}: ${text}`);
  problems += found.length;
}
for (const tarball of tarballs.values()) rmSync(dirname(tarball), { recursive: true, force: true });
console.log(`${tarballs.size} packages checked, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
