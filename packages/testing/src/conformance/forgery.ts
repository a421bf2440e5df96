import { modelFileName, type EncodedArtifact } from '@tensorec/core';

type Bytes = Uint8Array<ArrayBuffer>;

/** The artifact's files with other tensors, whose length and checksum fit. */
export async function withTensors(
  { tensors, model }: EncodedArtifact,
  bytes: Bytes,
): Promise<Record<string, Bytes>> {
  const name = `tensors-${await sha256(bytes)}.safetensors`;
  const text = new TextDecoder()
    .decode(model.bytes)
    .replace(tensors.name, name)
    .replace(/"bytes": \d+/, `"bytes": ${bytes.length}`);
  return { [modelFileName]: await sealed(text), [name]: bytes };
}

/** A changed model.json with a checksum that fits, as whoever forges one would write it. */
export async function sealed(text: string): Promise<Bytes> {
  const withoutTrailingCommas = text.replace(/,(\s*\})/g, '$1');
  const content = JSON.parse(withoutTrailingCommas) as Readonly<Record<string, unknown>>;
  const description = Object.fromEntries(
    Object.entries(content).filter(([key]) => key !== 'checksum'),
  );
  const checksum = await sha256(new TextEncoder().encode(JSON.stringify(description)));
  return new TextEncoder().encode(JSON.stringify({ ...description, checksum }));
}

async function sha256(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await globalThis.crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A tensor file of the given header and as much data as the given file has. */
export function withHeader(file: Bytes, header: string): Bytes {
  const text = new TextEncoder().encode(header);
  const changed = new Uint8Array(8 + text.length + file.length);
  new DataView(changed.buffer).setBigUint64(0, BigInt(text.length), true);
  changed.set(text, 8);
  changed.set(file, 8 + text.length);
  return changed;
}
