import { AwsError } from '../service.ts';

/** A problem of one resource, output or parameter. The stack's events show its message. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

/** CloudFormation's answer to a call that it cannot serve: unknown stack, wrong state, bad template. */
export const validationError = (message: string): AwsError => new AwsError('ValidationError', message, 400);

/** The message of an error, with the API's code if there is one. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
