import { interruptAndResume } from './interrupted-job';

// Real processes and a real server, so real time.
describe('the main job', () => {
  test('killed on its sixth page, with eight requests at once, continues with --resume, and loses and doubles nothing', async () => {
    await interruptAndResume({ signal: 'SIGKILL', style: 'page', at: 6 });
  }, 60_000);
});
