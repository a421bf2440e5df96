import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { publicDatasets, type PublicDataset, type PublicDatasetName } from '@tensorec/datasets';
import {
  cacheFolder,
  download,
  type DownloadOptions,
  type DownloadProgress,
} from '@tensorec/datasets/node';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from 'vitest';
import { downloadDataset } from '../src/node/download.js';
import {
  fileAnswer,
  startServer,
  type Answer,
  type FileAnswer,
  type TestServer,
} from './server.js';
import { makeZip, type ZipEntry } from './zip.js';

// Bytes that do not compress, so that the archive has a size to be cut at.
const ratings = randomBytes(60_000).toString('base64');
const archive = makeZip([
  { name: 'toy/', content: '' },
  { name: 'toy/ratings.csv', content: ratings },
  { name: 'toy/more/README', content: 'Read me.' },
]);
const version = { etag: '"v1"' };

function describeSet(content: Buffer, changes: Partial<PublicDataset> = {}): PublicDataset {
  return {
    ...publicDatasets['ml-100k'],
    name: 'toy',
    archive: 'toy.zip',
    bytes: content.length,
    md5: createHash('md5').update(content).digest('hex'),
    ...changes,
  };
}

let folder: string;
let server: TestServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tensorec-download-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

async function serve(answer: Answer | FileAnswer): Promise<TestServer> {
  await server?.close();
  server = await startServer(answer);
  return server;
}

function fetchToy(
  { baseUrl, received }: TestServer,
  options: DownloadOptions = {},
  dataset: PublicDataset = describeSet(archive),
): Promise<string> {
  const onProgress = (progress: DownloadProgress): void => {
    received(progress.bytes);
    options.onProgress?.(progress);
  };
  const all = { acceptLicense: true, folder, baseUrl, ...options, onProgress };
  return downloadDataset(dataset, all, [1, 1, 1]);
}

async function expectUnpacked(): Promise<void> {
  expect(await readFile(join(folder, 'toy', 'ratings.csv'), 'utf8')).toBe(ratings);
  expect(await readFile(join(folder, 'toy', 'more', 'README'), 'utf8')).toBe('Read me.');
  expect(await readdir(folder)).toEqual(['toy']);
}

describe('download', () => {
  it('fetches, checks and unpacks, and reports bytes', async () => {
    const toys = await serve(fileAnswer(archive, version));
    const reports: DownloadProgress[] = [];
    const result = await fetchToy(toys, {
      onProgress: (progress) => reports.push(progress),
    });
    expect(result).toBe(folder);
    await expectUnpacked();
    expect(toys.requests).toEqual(['GET /sets/toy.zip']);
    expect(reports[0]!.stage).toBe('download toy');
    expect(reports.at(-1)).toEqual({
      stage: 'unpack toy',
      fraction: 1,
      bytes: archive.length,
      totalBytes: archive.length,
    });
    const fractions = reports.map(({ fraction }) => fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('asks for nothing when the set is there, and again when a file is missing or cut', async () => {
    const toys = await serve(fileAnswer(archive, version));
    await fetchToy(toys);
    await fetchToy(toys);
    await fetchToy(toys, { acceptLicense: false });
    expect(toys.requests).toHaveLength(1);
    await rm(join(folder, 'toy', 'more', 'README'));
    await fetchToy(toys);
    await writeFile(join(folder, 'toy', 'ratings.csv'), 'cut');
    await fetchToy(toys);
    await writeFile(join(folder, 'toy', '.tensorec.json'), '{');
    await fetchToy(toys);
    expect(toys.requests).toHaveLength(4);
    await expectUnpacked();
  });

  it('goes on where the connection was cut, within a call', async () => {
    const cut = [10_000, 30_000];
    const toys = await serve(fileAnswer(archive, { ...version, cutAt: (n) => cut[n] }));
    await fetchToy(toys);
    expect(toys.requests).toEqual([
      'GET /sets/toy.zip',
      'GET /sets/toy.zip bytes=10000-',
      'GET /sets/toy.zip bytes=30000-',
    ]);
    await expectUnpacked();
  });

  it('goes on in a later call, by Last-Modified where there is no strong ETag', async () => {
    const options = { etag: 'W/"weak"', lastModified: 'Wed, 01 Jan 2025 00:00:00 GMT' };
    const broken = await serve(fileAnswer(archive, { ...options, cutAt: () => 20_000 }));
    const failure = fetchToy(broken);
    await expect(failure).rejects.toMatchObject({ code: 'download' });
    await expect(failure).rejects.toThrow(/after 4 attempts.*goes on from there/);
    expect((await stat(join(folder, 'toy.zip.part'))).size).toBe(20_000);
    const whole = await serve(fileAnswer(archive, options));
    await fetchToy(whole);
    expect(whole.requests).toEqual(['GET /sets/toy.zip bytes=20000-']);
    await expectUnpacked();
  });

  it.each([
    ['the server knows no ranges', { ...version, ranges: false }],
    ['the file has changed since', { etag: '"v2"' }],
  ])('starts again where %s', async (_, later) => {
    await expect(
      fetchToy(
        await serve(fileAnswer(randomBytes(archive.length), { ...version, cutAt: () => 9000 })),
      ),
    ).rejects.toThrow(/connection/);
    const toys = await serve(fileAnswer(archive, later));
    await fetchToy(toys);
    expect(toys.requests).toEqual(['GET /sets/toy.zip bytes=9000-']);
    await expectUnpacked();
  });

  it('starts again where the server names no version of the file', async () => {
    const toys = await serve(fileAnswer(archive, { cutAt: (n) => (n === 0 ? 9000 : undefined) }));
    await fetchToy(toys);
    expect(toys.requests).toEqual(['GET /sets/toy.zip', 'GET /sets/toy.zip']);
    await expectUnpacked();
  });

  it('starts again where the server refuses the range', async () => {
    const file = fileAnswer(archive, { ...version, cutAt: (n) => (n === 0 ? 9000 : undefined) });
    const toys = await serve({
      received: file.received,
      answer(request, response, n) {
        if (n === 1) {
          response.statusCode = 416;
          response.end();
        } else file.answer(request, response, n);
      },
    });
    await fetchToy(toys);
    expect(toys.requests[2]).toBe('GET /sets/toy.zip');
    await expectUnpacked();
  });

  it('removes an archive with a wrong checksum', async () => {
    const other = Buffer.from(archive);
    other[100]! ^= 1;
    const toys = await serve(fileAnswer(other, version));
    const failure = fetchToy(toys);
    await expect(failure).rejects.toMatchObject({ code: 'download' });
    await expect(failure).rejects.toThrow(/MD5 sum [0-9a-f]{32}, its owner published [0-9a-f]{32}/);
    expect(await readdir(folder)).toEqual([]);
    expect(toys.requests).toHaveLength(1);
  });

  it('refuses an archive of another size before it is fetched', async () => {
    const toys = await serve(fileAnswer(Buffer.concat([archive, archive]), version));
    await expect(fetchToy(toys)).rejects.toThrow(
      new RegExp(`offers ${2 * archive.length} bytes at .*toy.zip, .*archive of ${archive.length}`),
    );
    expect(toys.requests).toHaveLength(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('stops a server that sends more than it should without saying so', async () => {
    const toys = await serve((_, response) => {
      response.write(archive);
      response.end('more');
    });
    await expect(fetchToy(toys)).rejects.toThrow(/sent more than/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a range it did not ask for', async () => {
    const file = fileAnswer(archive, { ...version, cutAt: () => 9000 });
    const toys = await serve({
      received: file.received,
      answer(request, response, n) {
        if (n === 0) {
          file.answer(request, response, n);
          return;
        }
        const range = `bytes 5-${archive.length - 1}/${archive.length}`;
        response.writeHead(206, { 'content-range': range });
        response.end(archive.subarray(5));
      },
    });
    await expect(fetchToy(toys)).rejects.toThrow(/asked for bytes from 9000 on/);
  });

  it('does not try a 404 again', async () => {
    const toys = await serve((_, response) => {
      response.statusCode = 404;
      response.end();
    });
    await expect(fetchToy(toys)).rejects.toThrow(/answered 404 Not Found.*baseUrl/);
    expect(toys.requests).toHaveLength(1);
  });

  it('tries server errors again, a bounded number of times', async () => {
    const file = fileAnswer(archive, version);
    const fail: Answer = (_, response) => {
      response.statusCode = 503;
      response.end();
    };
    const mended = await serve((request, response, n) => {
      (n < 2 ? fail : file.answer)(request, response, n);
    });
    await fetchToy(mended);
    expect(mended.requests).toHaveLength(3);
    await rm(join(folder, 'toy'), { recursive: true });
    const down = await serve(fail);
    await expect(fetchToy(down)).rejects.toThrow(/answered 503 .*after 4 attempts/);
    expect(down.requests).toHaveLength(4);
  });

  it('says so when nobody answers', async () => {
    const gone = await serve(fileAnswer(archive));
    await gone.close();
    await expect(fetchToy(gone)).rejects.toThrow(/ECONNREFUSED.*after 4 attempts/);
  });

  it('aborts while receiving, keeps what has arrived, and goes on later', async () => {
    const half = archive.length >> 1;
    const stalled = await serve((_, response) => {
      response.writeHead(200, { ...version, 'content-length': archive.length });
      response.write(archive.subarray(0, half));
    });
    const controller = new AbortController();
    const reason = new Error('stop');
    await expect(
      fetchToy(stalled, {
        signal: controller.signal,
        onProgress: ({ bytes }) => {
          if (bytes === half) controller.abort(reason);
        },
      }),
    ).rejects.toBe(reason);
    const toys = await serve(fileAnswer(archive, version));
    await fetchToy(toys);
    expect(toys.requests).toEqual([`GET /sets/toy.zip bytes=${half}-`]);
    await expectUnpacked();
  });

  it('aborts while waiting, while unpacking and before it starts', async () => {
    const reason = new Error('stop');
    const controller = new AbortController();
    const down = await serve((_, response) => {
      response.statusCode = 500;
      response.end(() => {
        setTimeout(() => {
          controller.abort(reason);
        }, 30);
      });
    });
    const { baseUrl } = down;
    await expect(
      downloadDataset(
        describeSet(archive),
        { acceptLicense: true, folder, baseUrl, signal: controller.signal },
        [60_000],
      ),
    ).rejects.toBe(reason);

    const unpacking = new AbortController();
    const toys = await serve(fileAnswer(archive, version));
    await expect(
      fetchToy(toys, {
        signal: unpacking.signal,
        onProgress: ({ stage }) => {
          if (stage === 'unpack toy') unpacking.abort(reason);
        },
      }),
    ).rejects.toBe(reason);
    expect((await readdir(folder)).sort()).toEqual(['toy.zip.part', 'toy.zip.part.version']);
    // The archive is whole: only the unpacking is done again.
    await fetchToy(toys);
    expect(toys.requests).toHaveLength(1);
    await expectUnpacked();

    await expect(fetchToy(toys, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  const escape: ZipEntry = { name: 'toy/../../escaped.txt', content: 'x' };
  it.each<[string, readonly ZipEntry[], RegExp]>([
    ['climbs out', [escape], /invalid relative path/],
    ['is absolute', [{ name: '/tmp/escaped.txt', content: 'x' }], /absolute path/],
    ['uses backslashes', [{ name: 'toy\\..\\escaped.txt', content: 'x' }], /invalid characters/],
    ['is in another folder', [{ name: 'other/file', content: 'x' }], /outside the folder "toy"/],
    ['is a bomb', [{ name: 'toy/zeros', content: new Uint8Array(1e6) }], /more than \d+ bytes/],
    [
      'lies about its size',
      [{ name: 'toy/a', content: ratings, claimedBytes: 10 }],
      /too many bytes/,
    ],
  ])('refuses an archive whose entry %s', async (_, entries, message) => {
    const evil = makeZip([{ name: 'toy/fine', content: 'fine' }, ...entries]);
    const toys = await serve(fileAnswer(evil, version));
    const failure = fetchToy(toys, {}, describeSet(evil));
    await expect(failure).rejects.toMatchObject({ code: 'download' });
    await expect(failure).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual([]);
    await expect(stat(join(folder, '..', 'escaped.txt'))).rejects.toThrow(/ENOENT/);
  });

  it('refuses what is no archive', async () => {
    const text = Buffer.from('not an archive '.repeat(20));
    const toys = await serve(fileAnswer(text, version));
    await expect(fetchToy(toys, {}, describeSet(text))).rejects.toThrow(/cannot be unpacked/);
  });

  it('says why a folder cannot be used', async () => {
    const blocked = join(folder, 'file');
    await writeFile(blocked, '');
    const toys = await serve(fileAnswer(archive, version));
    await expect(fetchToy(toys, { folder: join(blocked, 'cache') })).rejects.toMatchObject({
      code: 'file',
    });
  });

  it('shows the licence first and fetches nothing until it is accepted', async () => {
    const toys = await serve(fileAnswer(archive, version));
    const { baseUrl } = toys;
    for (const options of [{}, { acceptLicense: false }]) {
      const refusal = download('ml-1m', { folder, baseUrl, ...options });
      await expect(refusal).rejects.toMatchObject({ code: 'download' });
      await expect(refusal).rejects.toThrow(
        /No commercial.*ml-1m-README\.txt.*acceptLicense: true/s,
      );
    }
    expect(toys.requests).toEqual([]);
    await expect(download('ml-1m', { folder, baseUrl, acceptLicense: true })).rejects.toThrow(
      `offers ${archive.length} bytes at ${baseUrl}/ml-1m.zip, its owner published an archive of 5917549`,
    );
    expect(toys.requests).toEqual(['GET /sets/ml-1m.zip']);
  });

  it('refuses a baseUrl that is no address', async () => {
    const call = download('ml-1m', { folder, baseUrl: 'mirror', acceptLicense: true });
    await expect(call).rejects.toMatchObject({ code: 'invalid-argument' });
    await expect(call).rejects.toThrow(/baseUrl is "mirror"/);
  });

  it('knows no other names', async () => {
    await expect(download('ml-1k')).rejects.toMatchObject({ code: 'unknown-name' });
    await expect(download('ml-1k')).rejects.toThrow(/"ml-1k".*ml-1/);
    await expect(download('toString')).rejects.toMatchObject({ code: 'unknown-name' });
  });
});

describe('cacheFolder', () => {
  it('is TENSOREC_CACHE, else that of the system', () => {
    vi.stubEnv('TENSOREC_CACHE', '/somewhere');
    expect(cacheFolder()).toBe('/somewhere');
    vi.stubEnv('TENSOREC_CACHE', '');
    vi.stubGlobal('process', { ...process, env: { XDG_CACHE_HOME: '/caches' }, platform: 'linux' });
    expect(cacheFolder()).toBe(join('/caches', 'tensorec'));
    vi.stubGlobal('process', { ...process, env: {}, platform: 'linux' });
    expect(cacheFolder()).toBe(join(homedir(), '.cache', 'tensorec'));
    vi.stubGlobal('process', { ...process, env: {}, platform: 'darwin' });
    expect(cacheFolder()).toBe(join(homedir(), 'Library', 'Caches', 'tensorec'));
    vi.stubGlobal('process', { ...process, env: { LOCALAPPDATA: 'C:\\Local' }, platform: 'win32' });
    expect(cacheFolder()).toBe(join('C:\\Local', 'tensorec'));
    vi.unstubAllGlobals();
  });

  it('is where downloads go', async () => {
    vi.stubEnv('TENSOREC_CACHE', folder);
    const { baseUrl } = await serve(fileAnswer(archive, version));
    const options = { acceptLicense: true, baseUrl };
    expect(await downloadDataset(describeSet(archive), options, [])).toBe(folder);
    await expectUnpacked();
  });
});

describe('publicDatasets', () => {
  it.each(Object.entries(publicDatasets))('%s is described whole', (name, dataset) => {
    expect(dataset.name).toBe(name);
    expect(dataset.archive).toBe(`${name}.zip`);
    expect(dataset.baseUrl).toBe('https://files.grouplens.org/datasets/movielens/');
    expect(dataset.md5).toMatch(/^[0-9a-f]{32}$/);
    expect(dataset.bytes).toBeGreaterThan(4e6);
    expect(dataset.data.path.startsWith(`${name}/`)).toBe(true);
    expect(dataset.license.url.startsWith(`${dataset.baseUrl}${name}-README`)).toBe(true);
    expect(dataset.license.summary).toMatch(/cite.*History and Context.*passed on/);
  });

  it('has types', () => {
    expectTypeOf<keyof typeof publicDatasets>().toEqualTypeOf<PublicDatasetName>();
    expectTypeOf(download).returns.resolves.toBeString();
    // @ts-expect-error: acceptance is a boolean
    const wrong: DownloadOptions = { acceptLicense: 'yes' };
    expect(wrong.acceptLicense).toBe('yes');
  });
});
