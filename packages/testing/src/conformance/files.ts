import { TensorecError, type EncodedArtifact } from '@tensorec/core';

/** Files of an artifact in memory, by name. */
export type ArtifactFiles = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** The files of an artifact by name. */
export function artifactFiles({ tensors, model }: EncodedArtifact): ArtifactFiles {
  return new Map([tensors, model].map(({ name, bytes }) => [name, bytes]));
}

/** Reads files in memory as `decodeArtifact` wants it. */
export function readFrom(files: ArtifactFiles): (name: string) => Promise<Uint8Array<ArrayBuffer>> {
  return (name) => {
    const bytes = files.get(name);
    return bytes === undefined
      ? Promise.reject(new TensorecError('file', `There is no file ${name}.`))
      : Promise.resolve(bytes);
  };
}

/** Reads an encoded artifact. */
export function artifactReader(
  artifact: EncodedArtifact,
): (name: string) => Promise<Uint8Array<ArrayBuffer>> {
  return readFrom(artifactFiles(artifact));
}
