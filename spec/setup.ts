// What runs against real servers in real time may meet a busy machine: it gets two more tries, and tells of each that failed.
// What is wrong fails three times.
if (expect.getState().testPath?.endsWith('.long.spec.ts') === true) jest.retryTimes(2, { logErrorsBeforeRetry: true });
