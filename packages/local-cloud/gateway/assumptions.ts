/** What the gateway assumes, or leaves out, for all services alike. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'Signatures',
    assumed:
      "must be there, complete, in time and for the right Region. Those made with the keys of a function are verified; those made with any other key are taken for the account's own",
  },
  { topic: 'Access keys', assumed: "a key that no function was given is the account's own, with every permission" },
  {
    topic: 'Time of a request',
    assumed:
      'within 5 minutes (S3: 15) of the clock of the cloud or of the machine; the Date header is that of the cloud, which a virtual clock may move',
  },
  {
    topic: 'Request members that AWS does not have',
    assumed:
      'refused by name, so that a misspelt one is found: SerializationException, in Query UnknownParameter. AWS ignores most',
  },
  {
    topic: 'Missing request members',
    assumed: 'refused before permissions and quotas are looked at',
  },
  {
    topic: 'Request size',
    assumed: 'one limit of 6 MB for every operation but those on objects; AWS has one an operation',
  },
  {
    topic: 'Services and operations that are not served',
    assumed: 'UnknownOperationException, in Query InvalidAction, in S3 NotImplemented, each naming what was asked for',
  },
];
