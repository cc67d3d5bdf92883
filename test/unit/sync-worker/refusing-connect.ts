import { PermanentError } from '../../../lambda/core/failures/errors.ts';
import type { Identity } from '../../../lambda/core/identity/identity.ts';
import { startWorker } from './fixture.ts';

/** An answer of AWS that refuses a call for good. */
export const refusal = (code: string, status = 400, operation = 'connect:UpdateUserIdentityInfo') =>
  new PermanentError(code, `${operation}: ${code}`, { status, operation });

/** A worker whose Connect refuses identities with a given value in a given field. */
export function startRefused(
  refused: Partial<Identity>,
  world: Parameters<typeof startWorker>[0] = {},
  error = refusal('InvalidParameterException'),
) {
  const worker = startWorker(world);
  const { updateIdentity } = worker.directory;
  let refusing = true;
  worker.directory.updateIdentity = async (id, identity) => {
    const wrong = Object.entries(refused).some(([field, value]) => Reflect.get(identity, field) === value);
    if (refusing && wrong) worker.recorder.fail('directory.updateIdentity', error);
    return updateIdentity(id, identity);
  };
  return { ...worker, mend: () => (refusing = false) };
}
