export {
  attach,
  closeJob,
  joinedTask,
  joinJob,
  leaveJob,
  openJob,
  stopWorkers,
} from './pool';
export { addVectors } from './trivial';
export { drawAliases, drawPermutation, fillNormal, fillUniform } from './random';
