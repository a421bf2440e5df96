import { ready } from '@tensorec/kernels';
import { beforeAll, describe, expect, it } from 'vitest';
import { epochOrder } from '../src/index.js';

describe('epochOrder', () => {
  beforeAll(async () => {
    await ready();
  });

  it('is a permutation that depends on seed and epoch', () => {
    const order = epochOrder(1000, 1, 0);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    expect(epochOrder(1000, 1, 0)).toEqual(order);
    expect(epochOrder(1000, 1, 1)).not.toEqual(order);
    expect(epochOrder(1000, 2, 0)).not.toEqual(order);
  });
});
