export { ready } from './ready.js';
export { gelu } from './gelu.js';
export { embedding } from './embedding.js';
export { segmentMax, segmentMean, segmentSoftmax, segmentSum } from './segments.js';
