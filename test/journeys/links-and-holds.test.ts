import { it } from 'vitest';
import { CALM } from '../support/simulation/settings.ts';
import { beginJourney } from './journey.ts';

it('a first address', async () => {
  const { step, create, release, tell } = await beginJourney({
    title: 'A first address',
    introduction: `A new Cognito user is linked to the Connect user of the same user name. The name is written. The first address of a new
link is held until a person has checked the link and releases it.`,
    inConnect: { FirstName: 'M.', LastName: 'Smith', Email: 'old.desk@example.com' },
    linked: false,
  });

  await step('An administrator creates Mary in Cognito', create);
  await step('An operator releases the address', release);

  await tell();
});

it('a held link', async () => {
  const { world, step, create, tell } = await beginJourney({
    title: 'A held link',
    introduction: `Where strangers may sign up, a stranger could choose the user name of a Connect user. No link is made without a person,
and Connect is not written to. A stranger costs no call to Connect and gets no row. The lists of the sweep show who has a namesake there.`,
    linked: false,
    settings: { pool: { ...CALM.pool, selfSignUp: true } },
  });

  await step('An administrator creates Mary in Cognito', create);
  await step('An hour later the sweep runs', world.sweep);

  await tell();
});
