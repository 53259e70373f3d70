import { directoryContract } from './directory.contract.js';
import { directoryInProcess } from './emulated-directory.js';

directoryContract('the Graph adapter in process', directoryInProcess);
