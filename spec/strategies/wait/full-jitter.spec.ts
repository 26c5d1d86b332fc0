import { fullJitter } from '../../../lib/strategies/wait/full-jitter';
import { jittersFully } from './jitters-fully';

jittersFully('wait.fullJitter', fullJitter);
