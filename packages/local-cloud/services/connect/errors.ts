import { AwsError } from '../../service.ts';

/** A member breaks its documented length, pattern or set of values. */
export const invalidParameter = (message: string): AwsError => new AwsError('InvalidParameterException', message, 400);

/** A member is missing, or members are not allowed together or on this kind of instance. */
export const invalidRequest = (message: string): AwsError => new AwsError('InvalidRequestException', message, 400);

/** The named resource does not exist or is not visible yet. */
export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message, 404);

/** The user name is taken. */
export const duplicate = (message: string): AwsError => new AwsError('DuplicateResourceException', message, 409);

/** A resource quota is used up: a 429 for which waiting does not help. */
export const limitExceeded = (message: string): AwsError => new AwsError('LimitExceededException', message, 429);

/** For combinations that the API documents as denied. Authorization is the task of the gateway. */
export const accessDenied = (message: string): AwsError => new AwsError('AccessDeniedException', message, 403);
