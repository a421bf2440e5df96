export { ready } from './ready.js';
export { gelu } from './gelu.js';
export { binaryCrossEntropy } from './losses/binary-cross-entropy.js';
export { bpr } from './losses/bpr.js';
export { generalizedBce, type Calibration } from './losses/generalized-bce.js';
export type { PositionOptions } from './losses/pair-loss.js';
export { sampledBce, sampledBpr, sampledGeneralizedBce } from './losses/sampled-pairs.js';
export { sampledSoftmax, type SampledSoftmaxOptions } from './losses/sampled-softmax.js';
