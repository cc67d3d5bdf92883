import { isDefaultProtection } from '../../../lambda/core/policy.ts';
import { findEmailOnSaml } from '../../../lib/configuration/email-on-saml.ts';
import { type Check, judge, listed, ok, problem, type Verdict, warning } from '../check.ts';
import type { DoctorFacts, DoctorSettings } from '../facts.ts';
import type { InstanceFacts } from '../ports.ts';

/** Decides about an instance that exists. Another check reports a missing instance. */
const ofInstance = (
  { instance, settings }: DoctorFacts,
  decide: (instance: InstanceFacts, settings: DoctorSettings) => Verdict | undefined,
): Verdict | undefined =>
  judge(instance, (found) => found && judge(settings, (value): Verdict | undefined => decide(found, value)));

const SAML = 'SAML';

/** The Connect instance, and whom its security profiles put at risk. */
export const INSTANCE_CHECKS: readonly Check[] = [
  {
    name: 'instance',
    decide: ({ instance, settings }) =>
      judge(settings, ({ instance: { id, region } }) =>
        judge(instance, (found) =>
          found === undefined
            ? problem(
                `There is no Connect instance ${id} in ${region}.`,
                'Correct connectInstanceArn in connect-sync.json. The instances that are there:',
                `aws connect list-instances --region ${region}`,
              )
            : ok(`Connect instance ${found.alias} is there.`),
        ),
      ),
  },
  {
    name: 'identity-type',
    decide: (facts) =>
      ofInstance(facts, ({ identityManagementType: type }, { policy }) => {
        if (type === 'EXISTING_DIRECTORY')
          return problem(
            'The instance takes names and addresses from an existing directory, and refuses to change them.',
            'Change them in that directory. This instance cannot be synchronized.',
          );
        const { identityManagementType: configured = type } = policy;
        if (configured !== type)
          return problem(
            `identityManagementType is ${configured}, and the instance has ${type}.`,
            'Correct identityManagementType in connect-sync.json, or leave it out, and deploy:',
            'npx cdk deploy',
          );
        const [conflict] = findEmailOnSaml({ ...policy, identityManagementType: type }, { filledIn: true });
        if (conflict !== undefined)
          return problem(
            'The instance uses SAML and takes no Email, and mapping.Email is set.',
            'Take mapping.Email out of connect-sync.json, or map the address to SecondaryEmail, and deploy:',
            'npx cdk deploy',
          );
        return ok(`The instance manages identities by ${type}.`);
      }),
  },
  {
    name: 'profiles',
    decide: (facts) =>
      ofInstance(facts, ({ arn }, { policy: { email } }) =>
        judge(facts.profiles, (names) => {
          const { protectedSecurityProfiles: protectedNames } = email;
          const missing = protectedNames.filter((name) => !names.includes(name));
          if (missing.length === 0) return ok(`Protected security profiles: ${listed(protectedNames) || 'none'}.`);
          const says = `The instance has no security profile ${listed(missing)}.`;
          const advice = `Correct email.protectedSecurityProfiles in connect-sync.json. The instance has: ${listed(names)}.`;
          const command = `aws connect list-security-profiles --instance-id ${arn.split('/').at(-1)} --region ${arn.split(':')[3]}`;
          // A default name that is missing protects no user; a configured one may be misspelt, and holds every address.
          return isDefaultProtection(protectedNames)
            ? warning(`${says} No user is protected.`, advice, command)
            : problem(`${says} Every address is held.`, advice, command);
        }),
      ),
  },
  {
    name: 'profile-editors',
    decide: (facts) =>
      ofInstance(facts, ({ identityManagementType }, { policy }) => {
        if (identityManagementType === SAML || policy.mapping.Email === null)
          return ok('No address decides where password resets go.');
        return judge(facts.unprotected, (profiles) => {
          const editors = profiles.filter(({ editsUsers }) => editsUsers.state === 'read' && editsUsers.value);
          if (editors.length > 0)
            return warning(
              `Holders of ${listed(editors.map(({ name }) => name))} may edit users, and are not protected: who receives their mail can reset their password.`,
              `Add to connect-sync.json, and deploy: "email": { "protectedSecurityProfiles": ${JSON.stringify([...policy.email.protectedSecurityProfiles, ...editors.map(({ name }) => name)])} }`,
              'npx cdk deploy',
            );
          const unknown = profiles.find(({ editsUsers }) => editsUsers.state !== 'read');
          if (unknown !== undefined)
            return judge<boolean, Verdict>(unknown.editsUsers, () =>
              ok('Every profile that may edit users is protected.'),
            );
          return ok('Every security profile that may edit users is protected.');
        });
      }),
  },
];
