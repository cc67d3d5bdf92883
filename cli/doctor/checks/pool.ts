import { attributesOfRules } from '../../../lambda/core/links/adoption.ts';
import type { Policy } from '../../../lambda/core/policy.ts';
import { didYouMean } from '../../../lib/configuration/configuration-problems.ts';
import { shellWord } from '../../terminal/shell-word.ts';
import { type Check, judge, listed, ok, problem, unread, type Verdict, warning } from '../check.ts';
import type { DoctorFacts, PoolFacts } from '../facts.ts';

/** Decides about a pool that exists. Another check reports a missing pool. */
const ofPool = (facts: DoctorFacts, decide: (pool: PoolFacts) => Verdict | undefined): Verdict | undefined =>
  facts.pool && judge(facts.pool, (pool) => pool && decide(pool));

/** The attributes of Cognito that a policy reads, by the setting that names them. */
function attributesRead({ mapping, scope, adoption }: Policy): ReadonlyMap<string, string> {
  const ofMapping = Object.entries(mapping).flatMap(([field, entry]) =>
    (entry?.from ?? []).map((name) => [name.replace(/^name\.(first|last)$/, 'name'), `mapping.${field}`] as const),
  );
  const ofScope = scope.kind === 'attribute' ? [[scope.attribute, 'scope.attribute'] as const] : [];
  const ofRules = attributesOfRules(adoption.rules).map((name) => [name, 'adoption.rules'] as const);
  return new Map([...ofMapping, ...ofScope, ...ofRules]);
}

/** The user pool: that it is there, has what the settings read, and is closed to strangers. */
export const POOL_CHECKS: readonly Check[] = [
  {
    name: 'pool',
    decide: ({ pool, userPoolId = '', region }) =>
      pool &&
      judge(pool, (found) =>
        found === undefined
          ? problem(
              `There is no user pool ${userPoolId} in this account.`,
              'Correct userPoolId in connect-sync.json. The pools that are there:',
              `aws cognito-idp list-user-pools --max-results 60 --region ${userPoolId.split('_')[0] ?? region}`,
            )
          : ok(`User pool ${userPoolId} is there.`),
      ),
  },
  {
    name: 'attributes',
    decide: (facts) =>
      ofPool(facts, ({ attributes }) =>
        judge(facts.settings, ({ policy }) => {
          const missing = [...attributesRead(policy)].filter(([name]) => !attributes.includes(name));
          if (missing.length === 0) return ok('The pool has every attribute that mapping, scope and adoption read.');
          const meant = missing.map(([name, setting]) => {
            const near = didYouMean(name, attributes);
            return `${setting} reads ${name}${near === undefined ? '' : ` (did you mean ${near}?)`}`;
          });
          return problem(
            `The pool has no attribute ${listed(missing.map(([name]) => name))}.`,
            `Correct connect-sync.json: ${meant.join('; ')}. The attributes that are there:`,
            `aws cognito-idp describe-user-pool --user-pool-id ${facts.userPoolId} --query UserPool.SchemaAttributes[].Name --region ${facts.region}`,
          );
        }),
      ),
  },
  {
    name: 'writers',
    decide: (facts) =>
      ofPool(facts, ({ attributes }) =>
        judge(facts.settings, ({ policy: { scope, adoption } }) => {
          const decisive = [
            ...attributesOfRules(adoption.rules),
            ...(scope.kind === 'attribute' ? [scope.attribute] : []),
          ].filter((name) => attributes.includes(name));
          if (decisive.length === 0 || facts.clients === undefined)
            return ok('No attribute that users could write decides about scope or links.');
          return judge(facts.clients, (clients) => {
            const open = decisive.flatMap((name) =>
              clients
                .filter(({ writes }) => writes === undefined || writes.includes(name))
                .map((client) => `${client.name} (${client.id}) lets users write ${name}`),
            );
            if (open.length === 0) return ok(`No app client lets users write ${listed(decisive)}.`);
            return warning(
              `${open.join('; ')}, which decides about scope or links.`,
              'Take the attribute from the write attributes of the client. Until then no link is made by a rule over it.',
            );
          });
        }),
      ),
  },
  {
    name: 'sign-up',
    decide: (facts) =>
      ofPool(facts, ({ selfSignUp }) =>
        selfSignUp
          ? warning(
              'People can sign themselves up to the pool, and so choose a user name.',
              'No link is made by a rule while that is so. Close self-registration (console: Sign-up), or link users yourself:',
              'npx connect-sync held',
            )
          : ok('Only administrators create users.'),
      ),
  },
  {
    name: 'verification',
    decide: (facts) =>
      ofPool(facts, ({ keepsVerifiedEmail }) =>
        judge(facts.settings, ({ policy }) => {
          if (policy.mapping.Email === null && policy.mapping.SecondaryEmail === null) return undefined;
          if (keepsVerifiedEmail) return ok('The pool keeps an address until the new one is verified.');
          return warning(
            'The pool stores a new address before it is verified.',
            'Turn on "Keep original attribute value active when an update is pending" for email (console: Sign-up, attribute verification).',
          );
        }),
      ),
  },
  {
    name: 'group',
    decide: ({ group, settings, userPoolId, region }) => {
      if (group === undefined) return undefined;
      if (settings.state !== 'read') return unread(settings);
      const { scope } = settings.value.policy;
      if (scope.kind !== 'group') return undefined;
      return judge(group, (found) =>
        found
          ? ok(`Group ${scope.group} is there.`)
          : problem(
              `The scope is group ${scope.group}, which the pool does not have: no user is in scope.`,
              'Correct scope.group in connect-sync.json, or create the group:',
              `aws cognito-idp create-group --user-pool-id ${userPoolId} --group-name ${shellWord(scope.group)} --region ${region}`,
            ),
      );
    },
  },
];
