export {
  attach,
  closeJob,
  joinedTask,
  joinJob,
  leaveJob,
  openJob,
} from './pool';
export { multiply, multiplyMatrices, multiplySpace, packColumns } from './gemm';
export { diagonalize, eigenvectors, tridiagonalize } from './eigen';
export { gramOfRows, sumOfGrams } from './gram';
export { solveRows, solveSpace } from './als';
export { drawAliases, drawPermutation, fillNormal, fillUniform } from './random';
export { mergeLists, productsWithItems, topK, topKSpace } from './top-k';
export { resolveMisses, scanLines } from './delimited';
export { enlargeTable } from './keys';
export {
  countColumns,
  fillColumns,
  fillSegments,
  findRepeats,
  placeColumns,
  sumColumns,
} from './columns';
export { nearestRows, scaleToNorms } from './neighbors';
export { combineBlocks, combineSparse, multiplyEntries, multiplySparse } from './sparse-dense';
export { bootstrapSums, halfSums } from './resampling';
export { gramOfSparse } from './sparse-gram';
export {
  copyBlockColumns,
  invertBlock,
  mirrorLower,
  scaleMatrixColumns,
  storeBlockColumns,
} from './inverse';
export { combineNumbers, mapNumbers, selectNumbers } from './elementwise';
export { reduceNumbers, softmaxRows } from './reductions';
export { copyNumbers, gatherNumbers, sumSegments, transposeNumbers } from './rows';
export { propagate, scaleNodes } from './graph';
export { addLastLayer, addLayer, comparePairs, gatherGradients } from './light-gcn';
export { propagateBack, storeGradients, updateNodes } from './light-gcn-update';
export { stepParameters } from './optimizers';
export { raiseSegments } from './segments';
export { sasRecEncode, sasRecSpace, sasRecTrain, sasRecTranspose } from './sasrec';
export {
  sasRecCountUses,
  sasRecPlaceUses,
  sasRecUpdateDense,
  sasRecUpdateItems,
} from './sasrec-entries';
export { sasRecDrawNegatives } from './sasrec-negatives';
export { sasRecRowBytes } from './sasrec-shape';
export { sasRecPackedBytes, sasRecPackItems } from './sasrec-softmax';
export { crossEntropiesOfScores, lossesOfScores } from './losses';
export { lossesOfSamples, scatterSamples } from './losses-sampled';
export { attend, attentionSpace } from './attention';
export { attendBackward } from './attention-backward';
export {
  catalogueColumns,
  catalogueRows,
  catalogueSpace,
  catalogueTable,
} from './losses-catalogue';
export { gaussianUnits, gaussianUnitsBackward } from './gaussian';
export { normalizeRows, normalizeRowsBackward } from './layer-norm';
export { topKOfRows } from './row-top-k';
