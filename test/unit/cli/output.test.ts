import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createOutput } from '../../../cli/adapters/output.ts';

/** A stream whose writes fail from the second on. */
function closingStream(code: string) {
  const taken: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write(text, _, done) {
      if (taken.length === 1) return done(Object.assign(new Error('closed'), { code }));
      taken.push(String(text));
      done();
    },
  });
  return { stream, taken };
}

const closed = (stream: Writable) => new Promise((resolve) => stream.once('close', resolve));

describe('an output', () => {
  it('drops what its reader no longer wants, and that is no failure', async () => {
    const { stream, taken } = closingStream('EPIPE');
    const output = createOutput(stream);

    output.write('one');
    output.write('two');
    await closed(stream);
    output.write('three');

    expect(taken).toEqual(['one']);
    expect(output.failure()).toBeUndefined();
  });

  it('says why it could not be written', async () => {
    const { stream } = closingStream('ENOSPC');
    const output = createOutput(stream);

    output.write('one');
    output.write('two');
    await closed(stream);
    output.write('three');

    expect(output.failure()).toBe('ENOSPC');
  });
});
