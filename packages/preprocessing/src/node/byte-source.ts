import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { TensorecError } from '@tensorec/core';
import { fileError } from '@tensorec/core/node';
import type { ByteSource } from '../read/records.js';

const BLOCK = 1 << 20;

/**
 * The bytes of a file, decompressed where they begin as gzip does (several members are read as one).
 *
 * Reading throws TensorecError `file` when the file cannot be read or its gzip data is damaged or cut off.
 */
export function fileSource(path: string): ByteSource {
  let bytesRead = 0;
  let size = 0;
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const head = await readHead(path);
    size = head.size;
    const file = createReadStream(path, { highWaterMark: BLOCK });
    file.on('data', (block) => {
      bytesRead += block.length;
    });
    file.pause();
    const stream: AsyncIterable<Uint8Array> = head.isGzip
      ? pipeline(file, createGunzip({ chunkSize: BLOCK }), () => undefined)
      : file;
    try {
      for await (const block of stream) yield block;
    } catch (error) {
      throw readError(error, path);
    } finally {
      file.destroy();
    }
  }
  return {
    name: path,
    bytes: bytes(),
    fractionRead: () => (size === 0 ? 0 : Math.min(1, bytesRead / size)),
  };
}

async function readHead(path: string): Promise<{ isGzip: boolean; size: number }> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { buffer, bytesRead } = await file.read(new Uint8Array(2), 0, 2, 0);
    const { size } = await file.stat();
    return { isGzip: bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b, size };
  } catch (error) {
    throw fileError(error, 'read', path);
  } finally {
    await file?.close();
  }
}

function readError(error: unknown, path: string): unknown {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return error;
  if (!code.startsWith('Z_')) return fileError(error, 'read', path);
  const found = code === 'Z_BUF_ERROR' ? 'ends too early' : 'is damaged';
  return new TensorecError(
    'file',
    `Cannot read ${path}: its gzip data ${found}; copy or download it again.`,
    { cause: error },
  );
}
