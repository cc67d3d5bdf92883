import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  StringAttribute,
  UserPool,
  type UserPoolClient,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';

/** Props of {@link ManagedUserPool}. */
export interface ManagedUserPoolProps {
  /** @default RemovalPolicy.RETAIN - the pool holds people's accounts, and is then also protected against deletion */
  readonly removalPolicy?: RemovalPolicy | undefined;
}

/**
 * A user pool for those who have none yet: people sign in by user name, only administrators make users, and a new
 * e-mail address counts once it is verified.
 */
export class ManagedUserPool extends Construct {
  readonly userPool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, { removalPolicy = RemovalPolicy.RETAIN }: ManagedUserPoolProps = {}) {
    super(scope, id);
    this.userPool = new UserPool(this, 'Users', {
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      autoVerify: { email: true },
      keepOriginal: { email: true },
      accountRecovery: AccountRecovery.EMAIL_ONLY,
      customAttributes: { CustomAttr1: new StringAttribute({ mutable: true }) },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      removalPolicy,
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
    });
    Validations.of(this.userPool).acknowledge({
      id: 'AwsSolutions-COG2',
      reason: 'A second factor is for the owner of the pool to choose; agents sign in to Connect, not here.',
    });
    Validations.of(this.userPool).acknowledge({
      id: 'AwsSolutions-COG8',
      reason:
        'Threat protection is charged for each user; the owner of the pool may buy it without changing this stack.',
    });
    this.client = this.userPool.addClient('Client', {
      authFlows: { userPassword: true, userSrp: true },
      preventUserExistenceErrors: true,
      disableOAuth: true,
      writeAttributes: new ClientAttributes().withStandardAttributes({
        givenName: true,
        familyName: true,
        fullname: true,
        email: true,
        phoneNumber: true,
      }),
    });
  }
}
