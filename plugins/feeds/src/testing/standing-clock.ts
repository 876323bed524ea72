import { afterEach, beforeEach, jest } from '@jest/globals';

/**
 * In every test of a file the reader's deadlines stand still, and pass where a test says so (`jest.advanceTimersByTime`): on a busy machine a test
 * that shows what is read would otherwise show how long that took.
 */
export const standingClock = (): void => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setInterval', 'clearInterval'] }));
  afterEach(() => void jest.useRealTimers());
};
