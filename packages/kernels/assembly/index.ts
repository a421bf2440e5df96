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
export { countColumns, fillColumns, findRepeats, placeColumns, sumColumns } from './columns';
export { nearestRows, scaleToNorms } from './neighbors';
