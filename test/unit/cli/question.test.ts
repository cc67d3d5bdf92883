import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { askQuestion } from '../../../cli/adapters/question.ts';

describe('a question', () => {
  const dialogue = () => ({ input: new PassThrough(), output: new PassThrough() });

  it('is not asked after Ctrl-C', async () => {
    const streams = dialogue();

    expect(await askQuestion({ ...streams, signal: AbortSignal.abort() }, 'Which? ')).toBeUndefined();
    expect(streams.output.read()).toBeNull();
  });

  it('is answered by a line', async () => {
    const streams = dialogue();
    const answer = askQuestion({ ...streams, signal: new AbortController().signal }, 'Which? ');

    streams.input.write('2\n');

    expect(await answer).toBe('2');
    expect(String(streams.output.read())).toContain('Which? ');
  });

  it('ends with the input', async () => {
    const streams = dialogue();
    const answer = askQuestion({ ...streams, signal: new AbortController().signal }, 'Which? ');

    streams.input.end();

    expect(await answer).toBeUndefined();
  });

  it('ends with the signal', async () => {
    const stopping = new AbortController();
    const answer = askQuestion({ ...dialogue(), signal: stopping.signal }, 'Which? ');

    stopping.abort();

    expect(await answer).toBeUndefined();
  });
});
