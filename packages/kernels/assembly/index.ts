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
