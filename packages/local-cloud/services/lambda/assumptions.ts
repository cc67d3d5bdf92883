/** What is assumed because AWS does not document it, and where this service does less than AWS on purpose. */
export const ASSUMPTIONS: readonly { readonly topic: string; readonly assumed: string; readonly switch?: string }[] = [
  {
    topic: 'Lambda: partial batch response with an unknown message id, or that is not an object',
    assumed: 'The whole batch has failed, as for the malformed responses that AWS documents.',
  },
  {
    topic: 'Lambda: polling by an event source mapping',
    assumed:
      'One long poll of 20 seconds is open for each mapping. While batches are in work, the next one is requested at once, up to ' +
      'MaximumConcurrency. AWS starts five pollers and slows down after function errors; here it does not.',
  },
  {
    topic: 'Lambda: a batch for a function at its concurrency',
    assumed: 'It is tried again every second until the visibility timeout ends. AWS documents no interval.',
  },
  {
    topic: 'Lambda: messages that a disabled or deleted mapping still receives',
    assumed: 'They are made visible again at once, not processed.',
  },
  {
    topic: 'Lambda: initialisation of more than 10 seconds',
    assumed:
      'The invocation answers Sandbox.Timedout. AWS starts the initialisation again within the function timeout.',
  },
  {
    topic: 'Lambda: time in functions',
    assumed:
      'At the start of an invocation, and after each wait by timers/promises, a function gets the time of the cloud. Its duration and its time-out are measured in real time. Everything else uses the clock of the cloud.',
  },
  {
    topic: 'Lambda: work that a function continues after its answer',
    assumed: 'It continues between invocations. AWS freezes the process.',
  },
  {
    topic: 'Lambda: memory size and architecture',
    assumed: 'Stored and shown to the function, not enforced.',
  },
  {
    topic: 'Lambda: asynchronous events of a function with a reserved concurrency of zero',
    assumed: 'They go to the destination at once (documented), with the condition ZeroReservedConcurrency (assumed).',
  },
  {
    topic: 'Lambda: asynchronous events beyond the concurrency of a function',
    assumed:
      'They run in order of arrival as soon as there is room, four at a time. AWS tries them at growing intervals.',
  },
  {
    topic: 'Lambda: concurrency of a function without reserved concurrency',
    assumed:
      '20 invocations at the same time, so that a mistake does not fill the machine with processes. AWS: 1,000 an account.',
  },
];

/** What is missing from operations that are served in part, in addition to the members that they refuse. */
export const PARTIAL: Readonly<Record<string, string>> = {
  CreateEventSourceMapping: 'SQS queues only, up to 10 messages a batch',
  CreateFunction: 'nodejs24.x from a zip file; no versions, aliases or layers',
  Invoke: 'no response streaming',
  PutFunctionEventInvokeConfig: 'SQS queues as destinations only',
  UpdateEventSourceMapping: 'as CreateEventSourceMapping',
};
