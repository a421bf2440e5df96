export { CheckpointFile } from './checkpoint-file.js';
export { EventLogFile, readTrainingLog } from './event-log-file.js';
