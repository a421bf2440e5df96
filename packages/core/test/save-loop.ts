import { Interactions } from '../src/index.js';
import { save } from '../src/node/index.js';
import { Cooccurrence } from './cooccurrence.js';

/** Saves two models in turn to the folder of the first argument, until it is killed. */
async function saveInTurn(folder: string): Promise<never> {
  const models = await Promise.all(
    [40, 60].map((size) => {
      const columns = Array.from({ length: size }, (_, n) => n);
      return new Cooccurrence().fit(Interactions.fromColumns({ users: columns, items: columns }));
    }),
  );
  for (let turn = 0; ; turn++) {
    await save(models[turn % 2]!, folder);
    if (turn === 0) process.stdout.write('saved');
  }
}

await saveInTurn(process.argv[2]!);
