export {
  attach,
  closeJob,
  joinedTask,
  joinJob,
  leaveJob,
  openJob,
} from './pool';
export { multiply, multiplySpace, packColumns } from './gemm';
