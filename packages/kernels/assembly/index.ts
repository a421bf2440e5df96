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
export { resolveMisses, scanLines } from './delimited';
export { enlargeTable } from './keys';
