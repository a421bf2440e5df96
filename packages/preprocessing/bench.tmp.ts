import { readInteractions } from './src/node/index.js';
const path = process.argv[2]!;
for (let k=0;k<3;k++){ const t=performance.now(), c0=process.cpuUsage();
const r = await readInteractions(path,{format:'delimited',columns:{user:'user',item:'item',value:'rating',timestamp:'timestamp'}});
const c=process.cpuUsage(c0); console.log("cpu", Math.round(c.user/1000), Math.round(c.system/1000), r.interactions.size, r.interactions.users.size, r.interactions.items.size, Math.round(performance.now()-t),'ms'); }
