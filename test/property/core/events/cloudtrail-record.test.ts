import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseChange, serializeChange } from '../../../../lambda/core/events/change.ts';
import { readCloudTrailEvent } from '../../../../lambda/core/events/cloudtrail-record.ts';
import { PermanentError } from '../../../../lambda/core/failures/errors.ts';
import adminUpdate from '../../../fixtures/events/cloudtrail-admin-update.json' with { type: 'json' };
import failedCall from '../../../fixtures/events/cloudtrail-failed-call.json' with { type: 'json' };
import selfService from '../../../fixtures/events/cloudtrail-self-service-update.json' with { type: 'json' };

const HOME = { userPoolId: 'eu-central-1_EXAMPLE00', account: '111122223333', region: 'eu-central-1' };
const SECRET = 'mary.jones@example.com';

/** All places in a record, as paths. */
const placesIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'object' && value !== null
    ? [path, ...Object.entries(value).flatMap(([name, member]) => placesIn(member, [...path, name]))]
    : [path];

function replaceAt(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) return by;
  const members = value as Readonly<Record<string, unknown>>;
  return { ...members, [name]: replaceAt(members?.[name], rest, by) };
}

/** A page on which a user confirmed by link. */
const page = {
  ...adminUpdate,
  detail: { ...adminUpdate.detail, eventType: 'AwsServiceEvent', eventName: 'confirmUser_GET', errorCode: '' },
};

const records = [adminUpdate, selfService, failedCall, page];
const record = fc.constantFrom(...records);
const place = fc.constantFrom(...records.flatMap((event) => placesIn(event)));
const junk = fc.oneof(
  fc.anything(),
  fc.jsonValue(),
  fc.constantFrom(undefined, null, '', 'HIDDEN_DUE_TO_SECURITY_REASONS', SECRET, { sub: SECRET }, [SECRET], 0),
);
const mutated = fc
  .tuple(record, fc.array(fc.tuple(place, junk), { maxLength: 4 }))
  .map(([event, changes]) => changes.reduce<unknown>((result, [path, by]) => replaceAt(result, path, by), event));

it('the result for any record is a valid change, a reason to ignore it, or a PermanentError', () => {
  fc.assert(
    fc.property(mutated, (event) => {
      try {
        const reading = readCloudTrailEvent(event, HOME);

        if (reading.kind === 'ignored')
          expect(['failed-call', 'another-user-pool', 'names-no-user', 'no-sub']).toContain(reading.why);
        else
          expect(parseChange(serializeChange(reading.change))).toEqual({
            ...reading.change,
            userPoolId: HOME.userPoolId,
          });
      } catch (error) {
        expect(error).toBeInstanceOf(PermanentError);
        expect(['unreadable-record', 'foreign-record']).toContain((error as PermanentError).code);
        expect((error as PermanentError).message).not.toContain(SECRET);
      }
    }),
    { numRuns: 1_000 },
  );
});
