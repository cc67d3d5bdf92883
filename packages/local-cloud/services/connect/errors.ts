import { AwsError } from '../../service.ts';

/** A member breaks its documented length, pattern or set of values. */
export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message, 400);

/** Members that are well formed, but missing, or not allowed together or on this kind of instance. */
export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequestException', message, 400);

/** What the request names does not exist, or is not visible yet. */
export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message, 404);

/** The user name is taken. */
export const duplicate = (message: string): AwsError => new AwsError('DuplicateResourceException', message, 409);

/** A resource quota is used up: a 429 that waiting does not cure. */
export const limitExceeded = (message: string): AwsError => new AwsError('LimitExceededException', message, 429);

/** Only for combinations the API documents as denied, never for authorization, which is the gateway's. */
export const accessDenied = (message: string): AwsError => new AwsError('AccessDeniedException', message, 403);
