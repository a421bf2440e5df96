import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The folder that downloads are kept in: `TENSOREC_CACHE` where set, else `tensorec` in the cache folder of the
 * operating system (`XDG_CACHE_HOME` or `~/.cache`, `~/Library/Caches`, `%LOCALAPPDATA%`).
 */
export function cacheFolder(): string {
  const { env, platform } = process;
  if (env['TENSOREC_CACHE']) return env['TENSOREC_CACHE'];
  if (platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'tensorec');
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'tensorec');
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'tensorec');
}
