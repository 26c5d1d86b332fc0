import { randomExponential } from '../../../lib/strategies/wait/random-exponential';
import { jittersFully } from './jitters-fully';

jittersFully('wait.randomExponential', randomExponential);
