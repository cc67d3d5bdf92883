/** Whether a stack is being deleted, or was deleted in part. A stack in this state takes no update. Pure. */
export const isBeingRemoved = (status: string): boolean => /^DELETE_(IN_PROGRESS|FAILED)$/.test(status);

/** The command that deletes what is left of a stack. Pure. */
export const deleteStackCommand = (name: string, region: string): string =>
  `aws cloudformation delete-stack --stack-name ${name} --region ${region}`;

/** The command that shows why a stack is in its state. Pure. */
export const stackEventsCommand = (name: string, region: string): string =>
  `aws cloudformation describe-stack-events --stack-name ${name} --region ${region}`;

/** Says that the removal of a stack is not finished, and what to do. Pure. */
export function describeRemoval({
  name,
  status,
  region,
}: {
  readonly name: string;
  readonly status: string;
  readonly region: string;
}): string {
  const what = `Stack ${name} in ${region} is in the state ${status}: its resources may be missing.`;
  if (status === 'DELETE_IN_PROGRESS') return `${what} Wait for the end of the removal.`;
  return `${what} See why: ${stackEventsCommand(name, region)} Then finish the removal: ${deleteStackCommand(name, region)}`;
}
