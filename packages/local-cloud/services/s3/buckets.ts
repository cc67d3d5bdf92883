import { createHash } from 'node:crypto';
import { AwsError, type Cloud } from '../../service.ts';

/** A stored object. */
interface StoredObject {
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
  readonly lastModified: Date;
}

/** Objects by bucket and key, in memory. */
export interface Buckets {
  /** @throws {AwsError} NoSuchBucket, NoSuchKey. */
  read(bucket: string, key: string): StoredObject;
  /** @throws {AwsError} NoSuchBucket. */
  write(bucket: string, key: string, body: Uint8Array, contentType?: string): StoredObject;
  /** All objects of a bucket in order of their keys. @throws {AwsError} NoSuchBucket. */
  list(bucket: string): readonly StoredObject[];
}

/** Creates the buckets of an account. Only those of a CDK bootstrap exist. */
export function createBuckets({ accountId, region, clock }: Cloud): Buckets {
  const assetBucket = new RegExp(`^cdk-[a-z0-9]+-assets-${accountId}-${region}$`);
  const buckets = new Map<string, Map<string, StoredObject>>();
  const open = (bucket: string): Map<string, StoredObject> => {
    const known = buckets.get(bucket);
    if (known !== undefined) return known;
    if (!assetBucket.test(bucket)) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
    const created = new Map<string, StoredObject>();
    buckets.set(bucket, created);
    return created;
  };
  return {
    read(bucket, key) {
      const object = open(bucket).get(key);
      if (object === undefined) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
      return object;
    },
    write(bucket, key, body, contentType = 'binary/octet-stream') {
      const etag = `"${createHash('md5').update(body).digest('hex')}"`;
      const object = { key, body, contentType, etag, lastModified: new Date(clock.now()) };
      open(bucket).set(key, object);
      return object;
    },
    list: (bucket) => [...open(bucket).values()].sort((left, right) => (left.key < right.key ? -1 : 1)),
  };
}
