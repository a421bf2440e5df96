export {
  attach,
  closeJob,
  joinedTask,
  joinJob,
  leaveJob,
  openJob,
  stopWorkers,
} from './pool';
export { multiply, multiplySpace, packColumns } from './gemm';
export { diagonalize, eigenvectors, tridiagonalize } from './eigen';
export { gramOfRows, sumOfGrams } from './gram';
export { solveRows, solveSpace } from './als';
export { drawAliases, drawPermutation, fillNormal, fillUniform } from './random';
