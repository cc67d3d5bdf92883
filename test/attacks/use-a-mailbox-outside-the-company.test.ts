import { describe, expect, it } from 'vitest';
import { digestOf } from '../../lambda/core/rows/digest.ts';
import { LINKED, maryWith, message, SUB, startWorker } from '../unit/sync-worker/fixture.ts';

/** An agent wants an address of their own in Connect, verified, but not in a domain of the company. */
const policy = { email: { allowedDomains: ['example.com'] } };

async function write(email: string) {
  const { deliver, directory, table } = startWorker({ users: [maryWith({ email })], policy });
  await deliver(message('m1'));
  return { email: directory.users.get('agent-mary')?.identity.Email, row: table.rows.get(SUB) };
}

describe('an agent who wants to use a mailbox outside the company', () => {
  it.each([
    ['another domain', 'mary@elsewhere.example'],
    ['a domain below', 'mary@mail.example.com'],
    ['a domain that ends like it', 'mary@badexample.com'],
    ['a domain that begins like it', 'mary@example.com.elsewhere.example'],
    ['a final dot', 'mary@example.com.'],
    ['a dash at its end', 'mary@example.com-'],
    ['two addresses', 'mary@elsewhere.example,mary@example.com'],
    ['two signs', 'mary@elsewhere.example@example.com'],
    ['a quoted sign', '"mary@elsewhere.example"@example.com'],
    ['an address in brackets', '<mary@elsewhere.example>@example.com'],
    ['a space', 'mary@elsewhere.example @example.com'],
    ['a line feed and a header', 'mary@example.com\nBcc: mary@elsewhere.example'],
    ['a null character', 'mary@elsewhere.example\0@example.com'],
    ['a letter that looks alike', 'mary@ex\u0430mple.com'],
    ['a full-width letter', 'mary@ｅxample.com'],
    ['a full-width dot', 'mary@example．com'],
    ['a soft hyphen inside', 'mary@exam\u00ADple.com'],
    ['a zero-width space inside', 'mary@example\u200B.com'],
    ['an override of direction', 'mary@\u202Emoc.elpmaxe'],
    ['punycode', 'mary@xn--xample-9uf.com'],
    ['an address of a host', 'mary@[203.0.113.7]'],
    ['no domain', 'mary@'],
  ])('gains nothing by %s', async (_, email) => {
    const { email: written, row } = await write(email);

    expect(written).toBe('mary.smith@example.com');
    expect(row?.withheld).toMatchObject([{ field: 'Email', kind: 'rejected' }]);
    expect(row).not.toHaveProperty('holds');
  });

  it('gains nothing by a release: a person cannot release a domain that is not allowed', async () => {
    const email = 'mary@elsewhere.example';

    const { deliver, directory } = startWorker({
      users: [maryWith({ email })],
      row: { ...LINKED, firstEmail: true, releases: { Email: digestOf(email, 'salt') } },
      policy,
    });

    await deliver(message('m1'));

    expect(directory.users.get('agent-mary')?.identity.Email).toBe('mary.smith@example.com');
  });

  it.each(['mary@example.com', 'mary@EXAMPLE.com', '\u200Bmary@example.com ', 'o\u2019mary+desk@example.com'])(
    'is not taken for one with an address of the company: %s',
    async (email) => {
      expect((await write(email)).email).toBe(email.replaceAll(/[\u200B ]/g, ''));
    },
  );
});
