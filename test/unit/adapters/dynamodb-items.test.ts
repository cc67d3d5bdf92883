import { describe, expect, it } from 'vitest';
import { fromItem, toItem, updateOf } from '../../../lambda/adapters/dynamodb-items.ts';

describe('toItem', () => {
  it('writes every kind of value in DynamoDB’s notation and leaves out what is undefined', () => {
    const item = toItem({
      text: 'a',
      count: 1.5,
      yes: true,
      none: null,
      list: ['a', 2],
      map: { inner: false, absent: undefined },
      absent: undefined,
    });

    expect(item).toEqual({
      text: { S: 'a' },
      count: { N: '1.5' },
      yes: { BOOL: true },
      none: { NULL: true },
      list: { L: [{ S: 'a' }, { N: '2' }] },
      map: { M: { inner: { BOOL: false } } },
    });
  });

  it('is undone by fromItem', () => {
    const value = { text: '', count: 0, no: false, none: null, list: [[]], map: { inner: {} } };

    expect(fromItem(toItem(value))).toEqual(value);
  });
});

it('fromItem reads a set as a set', () => {
  expect(fromItem({ subs: { SS: ['a', 'b'] } })).toEqual({ subs: new Set(['a', 'b']) });
});

describe('updateOf', () => {
  it('sets what has a value and removes what has none', () => {
    expect(updateOf({ status: 'held', reason: undefined, size: 0 })).toEqual({
      UpdateExpression: 'SET #status = :status, #size = :size REMOVE #reason',
      ExpressionAttributeNames: { '#status': 'status', '#reason': 'reason', '#size': 'size' },
      ExpressionAttributeValues: { ':status': { S: 'held' }, ':size': { N: '0' } },
    });
  });

  it('names no values when there are only members to remove', () => {
    expect(updateOf({ reason: undefined })).toEqual({
      UpdateExpression: 'REMOVE #reason',
      ExpressionAttributeNames: { '#reason': 'reason' },
    });
  });
});
