import { backends, denseTask, lstmTask, train } from './train.js';

console.log(['seconds / final loss', ...backends].join(' | '));
for (const task of [denseTask(4096, 128, 4), lstmTask(512, 20, 4)]) {
  const cells: string[] = [];
  for (const backend of backends) {
    const { seconds, loss } = await train(backend, task);
    cells.push(`${seconds.toFixed(2)} / ${loss.toFixed(5)}`);
  }
  console.log([task.name, ...cells].join(' | '));
}
