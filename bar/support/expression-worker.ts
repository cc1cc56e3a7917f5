import { costs } from './expression-costs.js';

// Works out the largest expressions there may be, in a process that has little memory.
process.stdout.write(JSON.stringify(costs()));
