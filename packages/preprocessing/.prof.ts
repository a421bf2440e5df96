import { readInteractions } from '@tensorec/preprocessing/node';
const columns = { user: 'user', item: 'item', value: 'rating', timestamp: 'timestamp' };
const t = performance.now();
const { interactions: d } = await readInteractions('/tmp/pre-bench/big.csv', { format: 'delimited', columns });
console.log(d.size, (performance.now() - t) / 1000);
