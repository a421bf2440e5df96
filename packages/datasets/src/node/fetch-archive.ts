import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { TensorecError } from '@tensorec/core';

/** What to fetch and what is known of it. */
export interface ArchiveRequest {
  readonly url: string;
  /** Where the archive goes; what has arrived stays there after an interruption. */
  readonly path: string;
  readonly bytes: number;
  readonly md5: string;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (bytes: number) => void;
  /** Milliseconds to wait before each further attempt; its length bounds the attempts. */
  readonly retryDelays: readonly number[];
}

/** A failure that another attempt may mend. */
class PassingFailure extends Error {}

/**
 * Fetches a file over HTTP, going on where an earlier attempt or process stopped if the server still has the same
 * file, and checks its size and MD5 sum. A file that is whole already is only checked. Two processes must not fetch
 * to one path at a time.
 *
 * @throws TensorecError `download` or `file`; an abort.
 */
export async function fetchArchive(request: ArchiveRequest): Promise<void> {
  const { url, signal, retryDelays } = request;
  for (let attempt = 0; ; attempt++) {
    try {
      await fetchRest(request);
      break;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof PassingFailure)) throw error;
      const delay = retryDelays[attempt];
      if (delay === undefined) {
        throw new TensorecError(
          'download',
          `Cannot download ${url}: ${error.message}, after ${attempt + 1} attempts. Check the connection and call again; what has arrived is kept and the download goes on from there.`,
          { cause: error },
        );
      }
      await sleep(delay, undefined, signal === undefined ? {} : { signal });
    }
  }
  await checkSum(request);
}

/** Removes a file that {@link fetchArchive} fetched, and what is kept beside it. */
export async function removeArchive(path: string): Promise<void> {
  await fs.rm(path, { force: true });
  await fs.rm(validatorPath(path), { force: true });
}

/** One attempt: asks for what is missing and appends it. */
async function fetchRest(request: ArchiveRequest): Promise<void> {
  const { url, path, bytes, signal } = request;
  const held = await heldPart(path, bytes);
  if (held.bytes === bytes) return;
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (held.bytes > 0) {
    headers['range'] = `bytes=${held.bytes}-`;
    headers['if-range'] = held.validator;
  }
  // Aborted at the end whatever happens, so that no connection stays open behind an error.
  const attempt = new AbortController();
  const signals = signal === undefined ? [attempt.signal] : [attempt.signal, signal];
  try {
    const response = await ask(request, headers, AbortSignal.any(signals));
    const resumed = response.status === 206;
    const from = resumed ? held.bytes : 0;
    const announced = resumed ? rangeTotal(response, from) : contentLength(response);
    if (announced !== undefined && announced !== bytes) {
      throw wrongSize(url, `The server offers ${announced} bytes`, bytes);
    }
    if (!resumed) await removeArchive(path);
    await fs.writeFile(validatorPath(path), validatorOf(response));
    await receive(request, response, from);
  } finally {
    attempt.abort();
  }
}

async function ask(
  { url, path }: ArchiveRequest,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers, signal });
  } catch (error) {
    throw new PassingFailure(reason(error), { cause: error });
  }
  const { status, statusText } = response;
  if (status === 200 || (status === 206 && 'range' in headers)) return response;
  const answer = `the server answered ${status} ${statusText}`.trim();
  if (status === 416) await removeArchive(path);
  if (status >= 500 || [408, 416, 429].includes(status)) throw new PassingFailure(answer);
  throw new TensorecError(
    'download',
    `Cannot download ${url}: ${answer}. Check the address in a browser; with baseUrl a mirror can be named.`,
  );
}

/** Appends the body of a response to what is there. */
async function receive(
  { url, path, bytes, signal, onBytes }: ArchiveRequest,
  response: Response,
  from: number,
): Promise<void> {
  const file = await fs.open(path, 'a');
  let received = from;
  try {
    for await (const chunk of chunks(response)) {
      signal?.throwIfAborted();
      received += chunk.length;
      if (received > bytes) {
        await removeArchive(path);
        throw wrongSize(url, `The server sent more than ${bytes} bytes`, bytes);
      }
      await file.appendFile(chunk);
      onBytes(received);
    }
  } finally {
    await file.sync();
    await file.close();
  }
  if (received < bytes) {
    throw new PassingFailure(`the connection ended after ${received} of ${bytes} bytes`);
  }
}

/** The body of a response, piece by piece; a broken connection is a passing failure. */
async function* chunks({ body }: Response): AsyncGenerator<Uint8Array, void, void> {
  if (body === null) return;
  const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      throw new PassingFailure(`the connection broke (${reason(error)})`, { cause: error });
    });
    if (done) return;
    yield value;
  }
}

/** What an earlier attempt left and can be gone on from: nothing where the server named no version of the file. */
async function heldPart(
  path: string,
  bytes: number,
): Promise<{ readonly bytes: number; readonly validator: string }> {
  const validator = await fs.readFile(validatorPath(path), 'utf8').catch(whenMissing(''));
  const size = await fs.stat(path).then(({ size }) => size, whenMissing(0));
  return size <= bytes && validator !== '' ? { bytes: size, validator } : { bytes: 0, validator };
}

/** The strong validator of a response, for If-Range (RFC 9110, section 13.1.5); empty where there is none. */
function validatorOf({ headers }: Response): string {
  const tag = headers.get('etag');
  if (tag !== null && !tag.startsWith('W/')) return tag;
  return headers.get('last-modified') ?? '';
}

function validatorPath(path: string): string {
  return `${path}.version`;
}

function contentLength({ headers }: Response): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}

function rangeTotal({ headers, url }: Response, from: number): number {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '');
  if (range === null || Number(range[1]) !== from) {
    throw new TensorecError(
      'download',
      `Cannot download ${url}: asked for bytes from ${from} on, the server sent "${headers.get('content-range') ?? 'no range'}". The server does not keep to HTTP ranges; name another mirror with baseUrl.`,
    );
  }
  return Number(range[2]);
}

async function checkSum({ url, path, md5 }: ArchiveRequest): Promise<void> {
  const hash = createHash('md5');
  const buffer = new Uint8Array(1 << 20);
  const file = await fs.open(path);
  try {
    for (;;) {
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  const found = hash.digest('hex');
  if (found === md5) return;
  await removeArchive(path);
  throw new TensorecError(
    'download',
    `The archive from ${url} has the MD5 sum ${found}, its owner published ${md5}: it was changed or damaged on the way. It has been removed; call again, or use another connection or mirror.`,
  );
}

function wrongSize(url: string, found: string, bytes: number): TensorecError {
  return new TensorecError(
    'download',
    `${found} at ${url}, its owner published an archive of ${bytes}. It is not the same archive; check the address or the mirror.`,
  );
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function whenMissing<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') {
      return instead;
    }
    throw error;
  };
}
