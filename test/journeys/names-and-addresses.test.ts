import { it } from 'vitest';
import { beginJourney } from './journey.ts';

it('a name', async () => {
  const { step, adminUpdate, tell } = await beginJourney({
    title: 'A name',
    introduction: `A new name needs no code, so no trigger runs. CloudTrail says who has changed; its record hides the value.
The worker reads both sides and sends the whole identity.`,
  });

  await step('An administrator changes the family name', () => adminUpdate({ family_name: 'Jones' }));

  await tell();
});

it('a vouched address', async () => {
  const { step, adminUpdate, tell } = await beginJourney({
    title: 'A vouched address',
    introduction: `An administrator sets an address and says that it is verified. Connect gets it at once, after a look at the security
profiles: a Connect user with a protected one would not get it without a release.`,
  });

  await step('An administrator sets a verified address', () =>
    adminUpdate({ email: 'mary.jones@example.com', email_verified: 'true' }),
  );

  await tell();
});

it('an unverified address', async () => {
  const { step, ownUpdate, verifyAddress, tell } = await beginJourney({
    title: 'An unverified address',
    introduction: `Mary types a new address. The trigger that words the message with the code tells of it within a moment, CloudTrail a
little later. The address waits until Mary has typed the code.`,
  });

  await step('Mary changes her address', () => ownUpdate({ email: 'mary.jones@example.com' }));
  await step('Mary types the code', verifyAddress);

  await tell();
});

it('an address in Connect with SAML', async () => {
  const { step, adminUpdate, tell } = await beginJourney({
    title: 'SAML',
    introduction: `Where people sign in to Connect by SAML, the address belongs to the identity provider. With this mapping it goes to the
secondary e-mail.`,
    inConnect: { FirstName: 'Mary', LastName: 'Smith', SecondaryEmail: 'mary.smith@example.com' },
    settings: { type: 'SAML', policy: { mapping: { Email: null, SecondaryEmail: { from: ['email'] } } } },
  });

  await step('An administrator sets a verified address', () =>
    adminUpdate({ email: 'mary.jones@example.com', email_verified: 'true' }),
  );

  await tell();
});
