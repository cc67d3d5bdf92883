/** Description of every stack of the product: the CLI knows its stacks by it. */
export const STACK_DESCRIPTION = 'cognito-connect-sync: keeps Amazon Connect users in step with a Cognito user pool';

/**
 * Tag of the pool trigger function: id of the stack that made it. The function may outlive the stack, and then says by it
 * whose it was.
 */
export const STACK_ID_TAG = 'cognito-connect-sync:stack-id';
