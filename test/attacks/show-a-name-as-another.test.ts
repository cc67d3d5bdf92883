import { describe, expect, it } from 'vitest';
import { maryWith, message, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** A user wants supervisors to read another name than they have, or to break the lists that show it. */
const NAMES = {
  'an override of direction': 'Mary\u202Esenoj',
  'an embedding of direction': '\u202BMary',
  'an isolate of direction': 'Ma\u2067ry\u2069',
  'a null character': 'Mary\0',
  'an escape sequence': 'Mary\u001B[31m',
  'a line feed': 'Mary\nJones',
  'a backspace': 'Mallory\b\b\b',
  'a C1 control character': 'Mary\u009B',
  'a paragraph separator': 'Mary\u2029Jones',
  'a text hidden in tags': 'Mary\u{E0069}\u{E0067}\u{E006E}\u{E006F}\u{E0072}\u{E0065}',
};

describe('a user who wants to show a name as another', () => {
  it.each(Object.entries(NAMES))(
    'gains nothing by %s: the name stays, and the rest is written',
    async (_, given_name) => {
      const { deliver, directory, table } = startWorker({ users: [maryWith({ given_name })] });

      await deliver(message('m1'));

      expect(directory.users.get('agent-mary')?.identity).toMatchObject({ FirstName: 'Mary', LastName: 'Jones' });
      expect(table.rows.get(SUB)).toMatchObject({
        withheld: [{ field: 'FirstName', kind: 'rejected', reason: 'not-printable' }],
      });
    },
  );

  it('gains nothing by an address with reversed text direction', async () => {
    const { deliver, directory } = startWorker({ users: [maryWith({ email: 'mary\u202E@example.com' })] });

    await deliver(message('m1'));

    expect(directory.users.get('agent-mary')?.identity.Email).toBe('mary.smith@example.com');
  });

  it('gains nothing by an address that looks like that of another, with an invisible character', async () => {
    const { deliver, directory, table } = startWorker({ users: [maryWith({ email: 'mary\u200B.jones@example.com' })] });

    await deliver(message('m1'));

    expect(directory.users.get('agent-mary')?.identity.Email).toBe('mary.smith@example.com');
    expect(table.rows.get(SUB)).toMatchObject({
      withheld: [{ field: 'Email', kind: 'rejected', reason: 'not-printable' }],
    });
  });

  it.each(['\u3164', '\u2800\u2800', '\u0301', '\uFE0F\u200D', ' \u115F '])(
    'gains nothing by a name of which nothing can be seen: %j counts as none',
    async (given_name) => {
      const { deliver, directory } = startWorker({ users: [maryWith({ given_name })] });

      await deliver(message('m1'));

      expect(directory.users.get('agent-mary')?.identity).toMatchObject({ FirstName: 'Mary', LastName: 'Jones' });
    },
  );

  it.each(['\u200BMary\u200B', 'Mary\uFEFF', '\u200EMary\u200F', '\u00A0Mary'])(
    'gains nothing by what shows nothing at the ends of a name',
    async (given_name) => {
      const { deliver, directory } = startWorker({ users: [maryWith({ given_name })] });

      await deliver(message('m1'));

      expect(directory.users.get('agent-mary')?.identity.FirstName).toBe('Mary');
    },
  );
});
