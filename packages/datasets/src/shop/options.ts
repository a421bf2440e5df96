import { parseWith, type Schema } from '@tensorec/core';
import * as z from 'zod/mini';

/** What to generate. The same options give the same shop, bit for bit, on every engine. */
export interface ShopOptions {
  /** How many users, 1 to 100 million; default 2000. Each gets some 28 events, half of them fewer than 20. */
  readonly users?: number | undefined;
  /** How many items, 1 to 9,999,999; default 1000. */
  readonly items?: number | undefined;
  /** An integer from 0 to 2^53 - 1; default 0. */
  readonly seed?: number | undefined;
}

/** {@link ShopOptions} with the defaults filled in. */
export type ShopSize = { readonly [Key in keyof ShopOptions]-?: number };

const schema: Schema<ShopSize> = z.strictObject({
  users: z._default(z.int().check(z.minimum(1), z.maximum(100_000_000)), 2000),
  items: z._default(z.int().check(z.minimum(1), z.maximum(9_999_999)), 1000),
  seed: z._default(z.int().check(z.minimum(0)), 0),
});

/**
 * The options with their defaults.
 *
 * @throws TensorecError `invalid-argument` that names the option, what was found and what is expected.
 */
export function readShopOptions(options: ShopOptions): ShopSize {
  return parseWith(schema, options, 'options of the shop');
}
