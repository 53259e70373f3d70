import { directoryContract } from './directory.contract.js';
import { directoryOverHttps } from './emulated-directory.js';

directoryContract('the Graph adapter over https', directoryOverHttps);
