import { AwsError } from '../../service.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import type { ParsedRequest, Protocol, WireRequest, WireResponse } from './protocol.ts';
import { decodeLabel } from './rest-routes.ts';
import { element, escapeXml, writeUntypedXml } from './xml.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

const CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  IncompleteSignatureException: 'AuthorizationHeaderMalformed',
  InvalidSignatureException: 'AuthorizationHeaderMalformed',
  MissingAuthenticationTokenException: 'AccessDenied',
  InternalFailure: 'InternalError',
  UnknownOperationException: 'NotImplemented',
};

type Members = Readonly<Record<string, unknown>>;

/**
 * The operations on buckets and objects that the CDK needs to deploy assets, in path style.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export function createS3Protocol(): Protocol {
  return {
    parse: parseRequest,
    success(operation, output, requestId) {
      const members = (output ?? {}) as Members;
      const { headers, body } = (WRITERS[operation] ?? (() => ({ headers: {}, body: '' })))(members);
      return { status: 200, headers: { 'x-amz-request-id': requestId, ...headers }, body };
    },
    failure(error, requestId) {
      const code = element('Code', escapeXml(CODES[error.code] ?? error.code));
      const message = element('Message', escapeXml(error.message));
      return xmlResponse(error.status, requestId, `<Error>${code}${message}${element('RequestId', requestId)}</Error>`);
    },
  };
}

function parseRequest(request: WireRequest): ParsedRequest {
  const { method, query } = request;
  const [, bucket = '', ...rest] = request.path.split('/').map(decodeLabel);
  const Key = rest.join('/');
  const target = { Bucket: bucket, Key };
  if (bucket !== '' && Key === '' && method === 'GET') {
    if (query.has('location')) return { operation: 'GetBucketLocation', input: { Bucket: bucket } };
    if (query.has('encryption')) return { operation: 'GetBucketEncryption', input: { Bucket: bucket } };
    const isListed = [...query.keys()].every((name) => ['list-type', 'prefix', 'max-keys', 'x-id'].includes(name));
    if (query.get('list-type') === '2' && isListed)
      return { operation: 'ListObjectsV2', input: readListing(bucket, query) };
  }
  // With a sub-resource such as ?tagging or ?uploads it is another operation.
  const plain = ![...query.keys()].some((name) => !name.startsWith('X-Amz-') && name !== 'x-id');
  if (Key !== '' && plain) {
    if (method === 'GET') return { operation: 'GetObject', input: target };
    if (method === 'PUT') return { operation: 'PutObject', input: { ...target, ...readContent(request) } };
  }
  const what = `${method} ${request.path}${query.size === 0 ? '' : `?${query}`}`;
  throw new AwsError('NotImplemented', `The local cloud does not serve ${what}.`, 501);
}

const readListing = (Bucket: string, query: URLSearchParams) => ({
  Bucket,
  Prefix: query.get('prefix') ?? '',
  ...(query.has('max-keys') ? { MaxKeys: Number(query.get('max-keys')) } : {}),
});

function readContent({ headers, body }: WireRequest): object {
  const chunked = String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const type = headers['content-type'];
  return {
    Body: new Uint8Array(chunked ? decodeAwsChunked(body) : body),
    ...(type === undefined ? {} : { ContentType: type }),
  };
}

interface Written {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

const WRITERS: Readonly<Record<string, (members: Members) => Written>> = {
  GetBucketLocation: ({ LocationConstraint }) =>
    xml(`<LocationConstraint xmlns="${NAMESPACE}">${escapeXml(String(LocationConstraint ?? ''))}</LocationConstraint>`),
  GetBucketEncryption: ({ ServerSideEncryptionConfiguration }) => {
    const { Rules } = ServerSideEncryptionConfiguration as { readonly Rules: readonly unknown[] };
    const rules = Rules.map((rule) => element('Rule', writeUntypedXml(rule))).join('');
    return xml(`<ServerSideEncryptionConfiguration xmlns="${NAMESPACE}">${rules}</ServerSideEncryptionConfiguration>`);
  },
  ListObjectsV2: ({ Contents, ...members }) => {
    const contents = (Contents as readonly unknown[])
      .map((item) => element('Contents', writeUntypedXml(item)))
      .join('');
    return xml(`<ListBucketResult xmlns="${NAMESPACE}">${writeUntypedXml(members)}${contents}</ListBucketResult>`);
  },
  PutObject: (members) => ({ headers: objectHeaders(members), body: '' }),
  GetObject: (members) => ({ headers: objectHeaders(members), body: members.Body as Uint8Array }),
};

function objectHeaders({ ETag, ContentType, ContentLength, LastModified }: Members): Record<string, string> {
  return {
    etag: String(ETag),
    ...(ContentType === undefined ? {} : { 'content-type': String(ContentType) }),
    ...(ContentLength === undefined ? {} : { 'content-length': String(ContentLength) }),
    ...(LastModified instanceof Date ? { 'last-modified': LastModified.toUTCString() } : {}),
  };
}

const xml = (content: string): Written => ({
  headers: { 'content-type': 'application/xml' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${content}`,
});

const xmlResponse = (status: number, requestId: string, content: string): WireResponse => {
  const { headers, body } = xml(content);
  return { status, headers: { ...headers, 'x-amz-request-id': requestId }, body };
};
