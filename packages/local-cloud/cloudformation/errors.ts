import { AwsError } from '../service.ts';

/** A problem of one resource, output or parameter, in words for the stack's events. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** CloudFormation's answer to a call it can't serve: unknown stack, wrong state, bad template. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message, 400);

/** What an error says, with the API's code where there is one. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
