import {
  AdminCreateUserCommand,
  type AdminCreateUserRequest,
  AdminUpdateUserAttributesCommand,
  InitiateAuthCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
  VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { UserIdentityInfo } from '@aws-sdk/client-connect';
import { SEED_PASSWORD } from '../../local/seed.ts';
import { type Deployed, eventually, identityOf } from './deployed.ts';

/** Attribute values by name. */
export type Attributes = Readonly<Record<string, string>>;

/** Attributes as Cognito's API takes them. */
export const attributeList = (attributes: Attributes) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

/** A deployment with the actions of users and administrators. */
export type Stage = Deployed & ReturnType<typeof acting>;

/** Adds to a deployment what people and administrators do in its user pool, and what can be seen of it. */
export const onStage = (deployed: Deployed): Stage => ({ ...deployed, ...acting(deployed) });

function acting(deployed: Deployed) {
  const { clients, description, local } = deployed;
  const { cognito } = clients;
  const { userPoolId: UserPoolId, userPoolClientId: ClientId, functions } = description;
  let taken = 0;
  const nextPerson = () => {
    const person = description.users[taken++];
    if (person === undefined) throw new Error('Seed more people.');
    return person;
  };
  const tokenOf = async (username: string): Promise<{ readonly AccessToken: string | undefined }> => {
    const AuthParameters = { USERNAME: username, PASSWORD: SEED_PASSWORD };
    const signIn = new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters });
    const { AuthenticationResult } = await cognito.send(signIn);
    return { AccessToken: AuthenticationResult?.AccessToken };
  };
  const adminUpdate = (Username: string, attributes: Attributes, ClientMetadata?: Attributes) => {
    const UserAttributes = attributeList(attributes);
    return cognito.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId,
        Username,
        UserAttributes,
        ...(ClientMetadata && { ClientMetadata }),
      }),
    );
  };
  const codeOf = (username: string) =>
    local.services.cognito.outbox().findLast(({ username: name, to }) => [name, to].includes(username))?.code;
  const beside = async (endpoint: string, body: object) =>
    (await local.services.cognito.admin[endpoint]?.({ userPoolId: UserPoolId, ...body })) as { readonly sub: string };
  const intakeLines = () =>
    deployed.logLines('changeIntake').filter(({ message }) => /^(change|record) /.test(`${message}`));
  const intakes = () => local.services.lambda.stats()[functions.changeIntake]?.invocations ?? 0;

  return {
    /** A seeded person, a new one each time. */
    nextPerson,
    /** The access token of a user, by a sign-in. */
    tokenOf,
    /** `AdminCreateUser`, which sends no message unless told to; resolves to the sub. */
    create: async (Username: string, attributes: Attributes, options: Partial<AdminCreateUserRequest> = {}) => {
      const UserAttributes = attributeList({ given_name: 'New', family_name: 'Person', ...attributes });
      const suppressed = { MessageAction: 'SUPPRESS', TemporaryPassword: SEED_PASSWORD } as const;
      const { User } = await cognito.send(
        new AdminCreateUserCommand({ UserPoolId, Username, UserAttributes, ...suppressed, ...options }),
      );
      return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
    },
    /** `SignUp` with an address; resolves to the sub. */
    signUp: async (Username: string) => {
      const UserAttributes = attributeList({ email: `${Username}@example.com` });
      const { UserSub = '' } = await cognito.send(
        new SignUpCommand({ ClientId, Username, Password: SEED_PASSWORD, UserAttributes }),
      );
      return UserSub;
    },
    /** `AdminUpdateUserAttributes`. */
    adminUpdate,
    /** `UpdateUserAttributes`, signed in. */
    ownUpdate: async (username: string, attributes: Attributes) =>
      cognito.send(
        new UpdateUserAttributesCommand({ ...(await tokenOf(username)), UserAttributes: attributeList(attributes) }),
      ),
    /** The code in the last message to a user, by user name or address. */
    codeOf,
    /** `VerifyUserAttribute` of the address, signed in. */
    verifyAddress: async (username: string, Code: string | undefined) =>
      cognito.send(new VerifyUserAttributeCommand({ ...(await tokenOf(username)), AttributeName: 'email', Code })),
    /** Opens the link in the last message to a user. Resolves to the sub. */
    openLink: async (username: string) => (await beside('confirm-by-link', { username, code: codeOf(username) })).sub,
    /** A sign-in through the identity provider `Okta`, with what it claims; resolves to the sub. */
    federatedSignIn: async (subject: string, attributes: Attributes) =>
      (await beside('federated-sign-in', { provider: 'Okta', subject, attributes })).sub,
    /** Resolves once Connect shows these values. */
    arrives: (connectUserId: string, expected: UserIdentityInfo) =>
      eventually(`Connect to show ${JSON.stringify(expected)}`, () => {
        const identity = identityOf(deployed, connectUserId);
        return Object.entries(expected).every(([field, value]) => identity[field as keyof UserIdentityInfo] === value);
      }),
    /** The log lines of change-intake about records, one for each record. */
    intakeLines,
    /** The log lines of change-intake about the records of `calls`: one for each record that a rule passes. */
    takenInOf: async (calls: () => Promise<unknown>): Promise<readonly string[]> => {
      const marker = nextPerson();
      const [intakesBefore, linesBefore] = [intakes(), intakeLines().length];
      await calls();
      await adminUpdate(marker.username, { nickname: 'marker' });
      return eventually('a line for each record, the last about the marker', () => {
        const found = intakeLines().slice(linesBefore);
        return (
          found.some(({ sub }) => sub === marker.sub) &&
          found.length === intakes() - intakesBefore &&
          found.flatMap(({ sub, message, why }) => (sub === marker.sub ? [] : [`${message}: ${why}`]))
        );
      });
    },
  };
}
