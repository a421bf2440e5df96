export { cacheFolder } from './cache.js';
export { download, type DownloadOptions, type DownloadProgress } from './download.js';
export { writeShop } from './write-shop.js';
