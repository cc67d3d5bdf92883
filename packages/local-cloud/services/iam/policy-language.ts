import { AwsError, unsupported } from '../../service.ts';
import { type Conditions, compileConditions, type RequestContext } from './policy-conditions.ts';
import { arnMatches, patternMatches } from './policy-patterns.ts';

/** A parsed policy document. */
export type PolicyDocument = Readonly<Record<string, unknown>>;

/** The caller, for policies of resources, which name principals. */
type Principal = { readonly service: string } | { readonly roleArn: string; readonly accountId: string };

/** The request that a policy is evaluated for. The keys of the context are in lower case, as IAM compares them. */
export interface PolicyRequest {
  /** For example `sqs:SendMessage`. It is compared case-insensitively. */
  readonly action: string;
  /** ARN, or `*` for an action without a resource. */
  readonly resource: string;
  readonly context: RequestContext;
  readonly principal?: Principal;
}

/** The result of policies for a request. An explicit deny overrides every allow. `silent` means that no statement applies. */
export type Verdict = 'allowed' | 'denied' | 'silent';

interface Statement {
  readonly isDeny: boolean;
  readonly action: (action: string) => boolean;
  readonly resource: (resource: string) => boolean;
  readonly principal: (principal: Principal | undefined) => boolean;
  readonly conditions: Conditions;
}

/** Parsed policies by their text, because the policy of a queue is read for every call. */
const parsed = new Map<string, PolicyDocument>();
const compiled = new WeakMap<PolicyDocument, readonly Statement[]>();

/**
 * Evaluates policy documents together. Pure.
 *
 * @throws {AwsError} UnsupportedOperation for an element, condition operator or condition key that is not modelled.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function evaluate(documents: readonly PolicyDocument[], request: PolicyRequest): Verdict {
  let verdict: Verdict = 'silent';
  for (const { isDeny, action, resource, principal, conditions } of documents.flatMap(statementsOf)) {
    if (!action(request.action) || !resource(request.resource) || !principal(request.principal)) continue;
    if (!conditions(request.context)) continue;
    if (isDeny) return 'denied';
    verdict = 'allowed';
  }
  return verdict;
}

/**
 * Reads a policy document.
 *
 * @throws {AwsError} `MalformedPolicyDocument` unless it is a JSON object with statements.
 */
export function parsePolicy(text: string): PolicyDocument {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const malformed = (why: string) => new AwsError('MalformedPolicyDocument', why, 400);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw malformed('This policy contains invalid Json');
  }
  if (typeof document !== 'object' || document === null || !('Statement' in document))
    throw malformed('Syntax errors in policy.');
  parsed.set(text, document as PolicyDocument);
  return document as PolicyDocument;
}

/** @throws {AwsError} UnsupportedOperation that names the part that {@link evaluate} cannot evaluate. */
export const checkEvaluable = (document: PolicyDocument): void => void statementsOf(document);

function statementsOf(document: PolicyDocument): readonly Statement[] {
  const known = compiled.get(document);
  if (known !== undefined) return known;
  const statements = listOf(document.Statement).map((statement) => compile(statement as PolicyDocument));
  compiled.set(document, statements);
  return statements;
}

const ELEMENTS: ReadonlySet<string> = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'Condition',
]);

function compile(statement: PolicyDocument): Statement {
  const unknown = Object.keys(statement).find((element) => !ELEMENTS.has(element));
  if (unknown !== undefined) throw unsupported(`the element ${unknown} of a policy statement`);
  const { Effect, Action, NotAction, Resource, NotResource, Principal: who, Condition } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') throw unsupported(`the effect ${String(Effect)} in a policy`);
  return {
    isDeny: Effect === 'Deny',
    action: oneOf(Action, NotAction, (pattern, action) => patternMatches(pattern.toLowerCase(), action.toLowerCase())),
    resource: oneOf(Resource, NotResource, arnMatches),
    principal: compilePrincipal(who, Effect === 'Deny'),
    conditions: compileConditions(Condition),
  };
}

function oneOf(wanted: unknown, unwanted: unknown, matches: (pattern: string, text: string) => boolean) {
  const patterns = listOf(wanted ?? unwanted).map(String);
  const variable = patterns.find((pattern) => pattern.includes('${'));
  if (variable !== undefined) throw unsupported(`the policy variable in ${variable}`);
  return (text: string): boolean => patterns.some((pattern) => matches(pattern, text)) === (wanted !== undefined);
}

/** Policies of identities name no principal. Policies of resources always name one. */
function compilePrincipal(stated: unknown, isDeny: boolean): Statement['principal'] {
  if (stated === undefined) return (principal) => principal === undefined;
  if (stated === '*') return () => true;
  const { AWS, Service, ...others } = stated as PolicyDocument;
  const [other] = Object.keys(others);
  if (other !== undefined) throw unsupported(`principals of the kind ${other}`);
  const accounts = listOf(AWS).map(String);
  const services = listOf(Service).map(String);
  return (principal) => {
    if (principal === undefined) return true;
    if (accounts.includes('*')) return true;
    if ('service' in principal) return services.includes(principal.service);
    const { roleArn, accountId } = principal;
    // An allow for an account leaves the decision to the policies of its identities. A deny applies to all of them.
    const isAccount = accounts.includes(accountId) || accounts.includes(`arn:aws:iam::${accountId}:root`);
    return accounts.includes(roleArn) || (isDeny && isAccount);
  };
}

const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
