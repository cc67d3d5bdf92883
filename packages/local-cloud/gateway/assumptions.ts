/** What the gateway assumes or leaves out for all services. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'Signatures',
    assumed: 'required and verified; a signature must be complete, in time and for the right Region',
  },
  {
    topic: 'Access keys',
    assumed: 'only keys that the local cloud has given out; the key of the account has every permission',
  },
  {
    topic: 'Time of a request',
    assumed:
      'within 5 minutes (S3: 15) of the clock of the cloud or of the machine; the Date header is the time of the cloud, which may be virtual',
  },
  {
    topic: 'Request members that AWS does not have',
    assumed:
      'refused, so that a misspelt member is found: SerializationException, in Query UnknownParameter. AWS ignores most of them',
  },
  {
    topic: 'Missing request members',
    assumed: 'refused before permissions and quotas are checked',
  },
  {
    topic: 'Request size',
    assumed: 'one limit of 6 MB for every operation except those on objects; AWS has one for each operation',
  },
  {
    topic: 'Services and operations that are not served',
    assumed: 'UnknownOperationException, in Query InvalidAction, in S3 NotImplemented; the message names the request',
  },
];
