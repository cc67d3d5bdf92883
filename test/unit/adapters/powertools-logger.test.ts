import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../lambda/adapters/powertools-logger.ts';
import { describeError, PermanentError } from '../../../lambda/core/failures/errors.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What `act` writes to the streams of the process, a parsed line each. */
function linesOf(act: () => void): readonly Readonly<Record<string, unknown>>[] {
  const written: string[] = [];
  const keep = (chunk: unknown) => {
    written.push(String(chunk));
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  act();
  const lines = written.join('').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}

describe('the logger', () => {
  it.each(['info', 'warn', 'error'] as const)('writes one line of JSON at level %s, with its fields', (level) => {
    const lines = linesOf(() => createLogger()[level]('user in step', { sub: 'sub-1', changed: ['LastName'] }));

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: level.toUpperCase(),
      message: 'user in step',
      sub: 'sub-1',
      changed: ['LastName'],
    });
  });

  it('writes the description of an error whole, and the line keeps its own message', () => {
    const error = new PermanentError('AccessDeniedException', 'connect:DescribeUser failed.', { status: 403 });

    const lines = linesOf(() => createLogger().error('user failed', describeError(error)));

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: 'ERROR',
      message: 'user failed',
      error: 'PermanentError',
      code: 'AccessDeniedException',
      status: 403,
      detail: 'connect:DescribeUser failed.',
    });
  });

  it('needs no fields', () => {
    const lines = linesOf(() => createLogger().info('started'));

    expect(lines).toMatchObject([{ level: 'INFO', message: 'started' }]);
  });
});
