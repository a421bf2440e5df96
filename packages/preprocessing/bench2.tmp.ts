import { readFileSync } from 'node:fs';
import { IdTable } from './src/read/id-table.js';
import { FieldSplitter } from './src/read/field-splitter.js';
import { parseNumber } from './src/read/number.js';
import { VocabularyBuilder } from '@tensorec/core';
const bytes = new Uint8Array(readFileSync(process.argv[2]!));
for (let k=0;k<3;k++){
let c0=process.cpuUsage();
const sp=new FieldSplitter(',',true); let p=0,n=0; 
const S=new Int32Array(4_000_010*2); 
while(p<bytes.length){ p=sp.next(bytes,p,bytes.length,true); for(let f=0;f<2;f++){S[n++]=sp.starts[f]!;S[n++]=sp.ends[f]!;} }
console.log('split', process.cpuUsage(c0).user/1000|0); c0=process.cpuUsage();
const t=[new IdTable('string',new VocabularyBuilder()),new IdTable('string',new VocabularyBuilder())];
for(let i=0;i<n;i+=4){ t[0]!.row(bytes,S[i]!,S[i+1]!,0);t[1]!.row(bytes,S[i+2]!,S[i+3]!,0);} 
console.log('ids', process.cpuUsage(c0).user/1000|0); c0=process.cpuUsage();
let m=0; for(let i=0;i<n;i+=4){ m+= t[0]!.find(bytes,S[i]!,S[i+1]!);}
console.log('find users', process.cpuUsage(c0).user/1000|0); c0=process.cpuUsage();
for(let i=0;i<n;i+=4){ m+= t[1]!.find(bytes,S[i+2]!,S[i+3]!);}
console.log('find items', process.cpuUsage(c0).user/1000|0,m);
}
