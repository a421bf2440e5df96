export { eventWeights, shopEvents, type ShopEvent } from './shop/events.js';
export type { ShopOptions } from './shop/options.js';
export { generateShop, shopSteps, type Shop } from './shop/shop.js';
export type { ComplementPair, ShopStructure } from './shop/structure.js';
export type { EventKind } from './shop/visits.js';
export * from './public-datasets.js';
