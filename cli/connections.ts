import type { OpenSettings } from '../lambda/core/links/exposure.ts';
import type { SweepState } from '../lambda/core/sweep/sweep-pass.ts';
import type { ChangeSender, TableOwner } from '../lambda/ports.ts';
import type { ChangesAgain, DeadLetterQueue } from './dead-letters/ports.ts';
import type { DescribeStack, Functions, QueueCounts, Stacks, WorkerMapping } from './deployment/ports.ts';
import type { DoctorPorts } from './doctor/ports.ts';
import type { PlanSources, PlanTarget } from './plan/ports.ts';
import type { Backups, PoolSettings } from './triggers/ports.ts';
import type { ConnectUsers, PoolUsers, UserTable } from './users/ports.ts';

/** Credentials and Region. The AWS SDK finds a member that is left out. */
export interface AwsAccess {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** A Connect instance, and the table that keeps the shared rate limit. */
interface ConnectAccess {
  readonly instanceId: string;
  readonly region: string;
  readonly requestsPerSecond: number;
  readonly tableName: string;
}

/** Every port of the commands, connected to one account and Region. */
export interface Connections {
  /** Region of everything that names no other Region. */
  readonly region: string;
  /** ARN of who is calling. */
  readonly caller: () => Promise<string>;
  readonly describeStack: DescribeStack;
  readonly stacks: Stacks;
  readonly settings: PoolSettings;
  readonly functions: Functions;
  readonly mapping: WorkerMapping;
  readonly backups: (directory: string) => Backups;
  readonly deadLetterQueue: (queueUrl: string) => DeadLetterQueue;
  readonly changesAgain: (urls: { readonly queueUrl: string; readonly deadLetterQueueUrl: string }) => ChangesAgain;
  readonly changeQueue: (queueUrl: string) => ChangeSender;
  readonly queueDepth: (queueUrl: string) => Promise<QueueCounts>;
  readonly userTable: (tableName: string) => UserTable;
  /** The deployment that a table belongs to; `undefined` when no function has used it yet. */
  readonly tableOwner: (tableName: string) => Promise<TableOwner | undefined>;
  /** How far the sweep has come; `undefined` when it never ran. */
  readonly sweepState: (tableName: string) => Promise<SweepState | undefined>;
  readonly connectUsers: (instance: ConnectAccess) => ConnectUsers;
  readonly poolUsers: (userPoolId: string) => PoolUsers;
  /** What strangers can do in a pool, with all its app clients. */
  readonly openSettings: (userPoolId: string) => Promise<OpenSettings>;
  /** Both sides and the table, for a plan. */
  readonly planSources: (target: PlanTarget) => PlanSources;
  /** What `doctor` and `init` read. */
  readonly doctor: () => Promise<DoctorPorts>;
}
