import type { HostedService } from '../../gateway/hosted-service.ts';
import type { Cloud } from '../../service.ts';
import { createBuckets } from './buckets.ts';

/** What is missing from operations that are served in part. */
export const PARTIAL = {
  GetObject: 'whole objects only; no ranges, conditions or versions',
  ListObjectsV2: 'prefix and max-keys; no delimiter, no continuation',
  PutObject: 'content and content type; checksums and metadata are ignored',
} as const;

interface BucketInput {
  readonly Bucket: string;
}
interface ObjectInput extends BucketInput {
  readonly Key: string;
}
interface PutInput extends ObjectInput {
  readonly Body?: Uint8Array | string;
  readonly ContentType?: string;
}
interface ListInput extends BucketInput {
  readonly Prefix?: string;
  readonly MaxKeys?: number;
}

/**
 * Creates Amazon S3 in memory. It has one bucket, in which the CDK CLI stages assets.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function createS3(cloud: Cloud): HostedService {
  const { read, write, list } = createBuckets(cloud);
  const describe = ({ Bucket, Key }: ObjectInput) => {
    const { body, contentType, etag, lastModified } = read(Bucket, Key);
    return { ETag: etag, ContentType: contentType, ContentLength: body.length, LastModified: lastModified };
  };
  return {
    operations: {
      GetBucketLocation({ Bucket }: BucketInput) {
        list(Bucket);
        return { LocationConstraint: cloud.region };
      },
      GetBucketEncryption({ Bucket }: BucketInput) {
        list(Bucket);
        const rule = { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false };
        return { ServerSideEncryptionConfiguration: { Rules: [rule] } };
      },
      ListObjectsV2({ Bucket, Prefix = '', MaxKeys = 1_000 }: ListInput) {
        const all = list(Bucket).filter(({ key }) => key.startsWith(Prefix));
        const contents = all.slice(0, MaxKeys).map(({ key, body, etag, lastModified }) => ({
          Key: key,
          LastModified: lastModified,
          ETag: etag,
          Size: body.length,
          StorageClass: 'STANDARD',
        }));
        const IsTruncated = all.length > contents.length;
        return { Name: Bucket, Prefix, KeyCount: contents.length, MaxKeys, IsTruncated, Contents: contents };
      },
      GetObject: (input: ObjectInput) => ({ ...describe(input), Body: read(input.Bucket, input.Key).body }),
      PutObject({ Bucket, Key, Body = '', ContentType }: PutInput) {
        return { ETag: write(Bucket, Key, typeof Body === 'string' ? Buffer.from(Body) : Body, ContentType).etag };
      },
    },
  };
}
