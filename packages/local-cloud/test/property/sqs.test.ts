import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeVisibility, deleteMessage, receive, send } from '../../services/sqs/fifo-queue.ts';
import { createState, type QueueState } from '../../services/sqs/queue-state.ts';

const DAY_MS = 86_400_000;
const DEDUPLICATION_MS = 300_000;

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), group: fc.nat(3), token: fc.nat(12) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('receive' as const),
      max: fc.integer({ min: 1, max: 10 }),
      hide: fc.constantFrom(0, 1_000, 60_000),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), pick: fc.nat(4) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('hide' as const),
      pick: fc.nat(4),
      hide: fc.constantFrom(0, 1_000, 60_000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), by: fc.constantFrom(1, 999, 1_000, 60_000, 150_000) }),
  },
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** The reference: one flat list in the order of acceptance, every question answered by looking at all of it. */
interface Expected {
  readonly id: string;
  readonly group: string;
  hiddenUntil: number;
  receipt: number;
  deleted: boolean;
}

interface Reference {
  now: number;
  readonly all: Expected[];
  readonly accepted: Map<string, { id: string; at: number }>;
  readonly handed: { message: Expected; receipt: number }[];
  of(group: string): readonly Expected[];
  groups(): readonly string[];
  open(): readonly string[];
}

function createReference(): Reference {
  const all: Expected[] = [];
  const of = (group: string) => all.filter((message) => message.group === group && !message.deleted);
  const groups = () => [...new Set(all.map(({ group }) => group))];
  const reference: Reference = {
    now: 0,
    all,
    accepted: new Map(),
    handed: [],
    of,
    groups,
    open: () => groups().filter((group) => of(group).every(({ hiddenUntil }) => hiddenUntil <= reference.now)),
  };
  return reference;
}

function runSend(state: QueueState, model: Reference, { group, token }: { group: number; token: number }): void {
  const id = `m${model.all.length}-${model.now}-${token}`;
  const deduplicationId = `t${token}`;
  const sent = send(state, model.now, {
    id,
    groupId: `g${group}`,
    deduplicationId,
    delayMs: 0,
    content: { body: id, attributes: {}, senderId: 's' },
  });
  const earlier = model.accepted.get(deduplicationId);
  if (earlier !== undefined && model.now - earlier.at < DEDUPLICATION_MS) {
    expect(sent.id).toBe(earlier.id);
    return;
  }
  expect(sent.id).toBe(id);
  model.accepted.set(deduplicationId, { id, at: model.now });
  model.all.push({ id, group: `g${group}`, hiddenUntil: 0, receipt: 0, deleted: false });
}

function runReceive(state: QueueState, model: Reference, max: number, hide: number): readonly Expected[] {
  const open = model.open();
  const deliverable = open.reduce((sum, group) => sum + model.of(group).length, 0);
  const { messages } = receive(state, model.now, { max, visibilityMs: hide });
  expect(messages).toHaveLength(Math.min(max, deliverable));
  const delivered: Expected[] = [];
  for (const group of model.groups()) {
    const got = messages.filter(({ lane }) => lane === group);
    if (got.length > 0) expect(open).toContain(group);
    expect(got.map(({ id }) => id)).toEqual(
      model
        .of(group)
        .slice(0, got.length)
        .map(({ id }) => id),
    );
    got.forEach((message, at) => {
      const expected = model.of(group)[at];
      if (expected === undefined) throw new Error('compared above');
      expected.hiddenUntil = model.now + hide;
      expected.receipt = message.receipt;
      model.handed.push({ message: expected, receipt: message.receipt });
      delivered.push(expected);
    });
  }
  return delivered;
}

/** A receipt is good while it is the last one of its message and the message is hidden. */
function runWithReceipt(state: QueueState, model: Reference, choice: Extract<Command, { pick: number }>): void {
  const handed = model.handed.at(-1 - choice.pick);
  if (handed === undefined) return;
  const { message, receipt } = handed;
  const good = message.receipt === receipt && message.hiddenUntil > model.now;
  const handle = { id: message.id, receipt };
  if (choice.kind === 'delete') {
    const outcome = deleteMessage(state, model.now, handle);
    expect(outcome).toBe(message.deleted ? 'gone' : good ? 'deleted' : 'expired');
    message.deleted ||= good;
  } else {
    const outcome = changeVisibility(state, model.now, handle, choice.hide);
    expect(outcome).toBe(message.deleted ? 'gone' : good ? 'changed' : 'expired');
    if (outcome === 'changed') message.hiddenUntil = model.now + choice.hide;
  }
}

function run(commands: readonly Command[]): { state: QueueState; model: Reference } {
  const state = createState({ fifo: true, deduplicationPerGroup: false, delayMs: 0, retentionMs: 14 * DAY_MS });
  const model = createReference();
  for (const step of commands) {
    if (step.kind === 'send') runSend(state, model, step);
    else if (step.kind === 'receive') runReceive(state, model, step.max, step.hide);
    else if (step.kind === 'wait') model.now += step.by;
    else runWithReceipt(state, model, step);
  }
  return { state, model };
}

describe('a FIFO queue under any schedule', () => {
  it('behaves as the flat list does: order within a group, one batch of a group at a time, receipts, deduplication', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80, size: 'max' }), (commands) => void run(commands)),
      { numRuns: 200 },
    );
  });

  it('loses and duplicates nothing: what was accepted and not deleted is delivered once when all is visible again', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80, size: 'max' }), (commands) => {
        const { state, model } = run(commands);
        model.now += DAY_MS;
        const expected = model
          .groups()
          .flatMap((group) => model.of(group))
          .map(({ id }) => id);

        const drained: string[] = [];
        for (
          let batch = runReceive(state, model, 10, 60_000);
          batch.length > 0;
          batch = runReceive(state, model, 10, 60_000)
        ) {
          for (const message of batch) {
            drained.push(message.id);
            expect(deleteMessage(state, model.now, message)).toBe('deleted');
            message.deleted = true;
          }
        }

        expect(drained.sort()).toEqual(expected.sort());
        expect(state.byId.size + state.lanes.size + state.hidden.size).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it('gives each message at most maxReceives deliveries, then gives it up exactly once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(3), { minLength: 1, maxLength: 30, size: 'max' }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 10 }),
        (groups, maxReceives, max) => {
          const state = createState({ fifo: true, deduplicationPerGroup: false, delayMs: 0, retentionMs: 14 * DAY_MS });
          const content = { body: 'x', attributes: {}, senderId: 's' };
          groups.forEach((group, at) => {
            send(state, 0, { id: `m${at}`, groupId: `g${group}`, deduplicationId: `d${at}`, delayMs: 0, content });
          });
          const deliveries = new Map<string, number>();
          const givenUp: string[] = [];

          for (let now = 0; state.byId.size > 0 && now < 10_000; now += 1) {
            const { messages, deadLetters } = receive(state, now, { max, visibilityMs: 1, maxReceives });
            for (const { id } of messages) deliveries.set(id, (deliveries.get(id) ?? 0) + 1);
            givenUp.push(...deadLetters.map(({ id }) => id));
          }

          expect(givenUp.sort()).toEqual(groups.map((_, at) => `m${at}`).sort());
          expect(new Set(deliveries.values())).toEqual(new Set([maxReceives]));
        },
      ),
    );
  });
});
