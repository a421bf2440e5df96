export * from './alias-table.js';
export * from './als-objective.js';
export * from './als.js';
export type { LeastSquaresOptions, LeastSquaresSolver } from './least-squares.js';
export * from './least-squares-fold-in.js';
export * from './array-attention.js';
export * from './array-copies.js';
export {
  combineArrays,
  mapArray,
  selectArray,
  type CombineOperation,
  type MapOperation,
  type Operand,
} from './array-functions.js';
export {
  crossEntropyOfScores,
  lossOfScores,
  type LabelledScores,
  type PairLoss,
  type PairScores,
} from './array-losses.js';
export {
  lossOfCatalogue,
  type CatalogueGradients,
  type CataloguePositions,
} from './array-losses-catalogue.js';
export { lossOfSamples, type SampledLoss, type SampledPositions } from './array-losses-sampled.js';
export { multiplyArrays, type BatchShape } from './array-products.js';
export * from './array-optimizers.js';
export * from './array-gaussian.js';
export * from './array-layer-norm.js';
export * from './array-reductions.js';
export * from './array-segments.js';
export * from './array-top-k.js';
export * from './arrays.js';
export * from './cholesky.js';
export * from './csr.js';
export * from './delimited.js';
export { engineStatus, ready, type EngineStatus } from './engine/engine.js';
export * from './errors.js';
export * from './hash.js';
export { eigensystem, type Eigensystem } from './eigen.js';
export { FactorIndex, type TopKLists, type TopKOptions } from './factor-index.js';
export { matrixProduct, type ProductShape } from './gemm.js';
export { gramOfDense } from './gram.js';
export { DenseMatrix, gramOfColumns } from './dense-matrix.js';
export { LightGcnTraining, type LightGcnGradients } from './light-gcn.js';
export type { PairBatch } from './light-gcn-batch.js';
export type { LightGcnOptions, LightGcnState, NodeTables } from './light-gcn-options.js';
export { dot } from './linear-algebra.js';
export * from './math.js';
export * from './neighbors.js';
export { Random } from './random.js';
export { ResidentArray } from './resident-array.js';
export * from './resampling.js';
export { SasRecTraining, type SasRecGradients, type SasRecState } from './sasrec.js';
export type { SasRecBatch, SasRecSequences } from './sasrec-batch.js';
export type { SasRecLoss, SasRecOptions } from './sasrec-options.js';
export type { SasRecParameters } from './sasrec-parameters.js';
export { SparseOperator } from './sparse-operator.js';
export { sparseProduct } from './sparse-product.js';
export * from './steps.js';
export { truncatedSvd, type TruncatedSvd } from './svd.js';
export * from './top-k.js';
export * from './trigonometry.js';
