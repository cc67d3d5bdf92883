'use strict';
/**
 * The program of a function process. It loads the handler and then asks the Runtime API for one invocation after the other.
 * It is CommonJS without dependencies, because it is part of every cold start.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const timers = require('node:timers/promises');
const { syncBuiltinESMExports } = require('node:module');
const { existsSync } = require('node:fs');
const { format } = require('node:util');
const { pathToFileURL } = require('node:url');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 2 });
const jsonLogs = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
let requestId;
let ending = false;

const machineNow = Date.now;
let aheadMs = 0;
/** From now on shows the time of the cloud: the time of this machine plus a difference. Without one it changes nothing. */
const setAhead = (milliseconds) => {
  if (milliseconds !== 0 && Date.now === machineNow) {
    Date.now = () => machineNow() + aheadMs;
    globalThis.Date = new Proxy(Date, {
      construct: (target, given, newTarget) =>
        Reflect.construct(target, given.length === 0 ? [target.now()] : given, newTarget),
    });
  }
  aheadMs = milliseconds;
};

/** Makes one call to the Runtime API. */
const call = (method, route, body, headers = {}, through = agent) =>
  new Promise((resolve, reject) => {
    const options = { hostname, port, method, agent: through, path: `/2018-06-01/runtime/${route}`, headers };
    if (body !== undefined) options.headers['content-length'] = Buffer.byteLength(body);
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end(body);
  });

/**
 * A wait of the function passes on the clock of the cloud, once that is ahead of the machine's: moving the clock ahead ends
 * the wait. Time-outs by `setTimeout` stay in the time of the machine.
 */
const machineSleep = timers.setTimeout;
const sleepers = new http.Agent({ keepAlive: true });
timers.setTimeout = async (milliseconds = 1, value = undefined, options = undefined) => {
  if (aheadMs === 0 || options?.signal !== undefined) return machineSleep(milliseconds, value, options);
  const { body } = await call('GET', `sleep/${Math.max(1, Math.ceil(milliseconds))}`, undefined, {}, sleepers);
  setAhead(Number(body));
  return value;
};
syncBuiltinESMExports();

const write = (level, parts) => {
  const timestamp = new Date().toISOString();
  if (!jsonLogs) return process.stdout.write(`${timestamp}\t${requestId}\t${level}\t${format(...parts)}\n`);
  const message = parts.length === 1 && typeof parts[0] === 'object' ? parts[0] : format(...parts);
  return process.stdout.write(`${JSON.stringify({ timestamp, level, requestId, message })}\n`);
};
const levels = { log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR', debug: 'DEBUG', trace: 'TRACE' };
for (const [method, level] of Object.entries(levels)) console[method] = (...parts) => write(level, parts);

/** Waits until the parent can read all output. Writes that are larger than the pipe are not finished at once. */
const flush = () =>
  Promise.all(
    [process.stdout, process.stderr].map((stream) =>
      stream.writableLength === 0 ? undefined : new Promise((resolve) => stream.write('', resolve)),
    ),
  );

const describe = (error) =>
  error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

const named = (name, message, cause) => Object.assign(new Error(message, { cause }), { name });

/** Reports an error to the Runtime API: of the current invocation, or else of the initialisation. */
const report = async (kind, error) => {
  const described = describe(error);
  write('ERROR', [`${kind} \t${JSON.stringify(described)}`]);
  await flush();
  const route = requestId === undefined ? 'init/error' : `invocation/${requestId}/error`;
  await call('POST', route, JSON.stringify(described), { 'lambda-runtime-function-error-type': described.errorType });
};

const die = (kind, error) => {
  if (ending) return;
  ending = true;
  const exit = () => process.exit(1);
  report(kind, error).then(exit, exit);
};

/** Finds the module as Lambda does: by the name in the handler, with any extension. */
async function load(modulePath) {
  const file = ['', '.js', '.mjs', '.cjs'].map((extension) => modulePath + extension).find(existsSync);
  if (file === undefined) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${modulePath}'`);
  try {
    if (file.endsWith('.mjs')) return await import(pathToFileURL(file).href);
    try {
      return require(file);
    } catch (error) {
      if (error?.code !== 'ERR_REQUIRE_ASYNC_MODULE') throw error;
      return await import(pathToFileURL(file).href);
    }
  } catch (error) {
    if (/MODULE_NOT_FOUND$/.test(error?.code)) throw named('Runtime.ImportModuleError', String(error), error);
    if (error instanceof SyntaxError) throw named('Runtime.UserCodeSyntaxError', String(error), error);
    throw error;
  }
}

async function findHandler() {
  const setting = process.env._HANDLER;
  const [, file, names] = /^((?:.*\/)?[^.]*)\.(.+)$/.exec(setting) ?? [];
  if (file === undefined) throw named('Runtime.MalformedHandlerName', `Bad handler ${setting}`);
  const loaded = await load(path.resolve(process.env.LAMBDA_TASK_ROOT, file));
  const pick = (from) => names.split('.').reduce((value, name) => value?.[name], from);
  const handler = pick(loaded) ?? pick(loaded?.default);
  if (handler === undefined) throw named('Runtime.HandlerNotFound', `${setting} is undefined or not exported`);
  if (typeof handler !== 'function') throw named('Runtime.HandlerNotFound', `${setting} is not a function`);
  if (handler.length > 2) {
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      `${setting} takes a callback, which Lambda's Node.js 24 runtime no longer offers: return a promise instead`,
    );
  }
  return handler;
}

const contextOf = (headers) => {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const clientContext = headers['lambda-runtime-client-context'];
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
};

const stringify = (result) => {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch (error) {
    throw named('Runtime.MarshalError', `Unable to stringify response body: ${error}`, error);
  }
};

async function run() {
  const handler = await findHandler();
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    setAhead(Number(headers['local-cloud-ahead-ms']));
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    let response;
    try {
      response = stringify(await handler(JSON.parse(body), contextOf(headers)));
    } catch (error) {
      if (!ending) await report('Invoke Error', error);
      continue;
    }
    await flush();
    if (!ending) await call('POST', `invocation/${requestId}/response`, response);
  }
}

process.on('uncaughtException', (error) => die('Uncaught Exception', error));
process.on('unhandledRejection', (reason) =>
  die('Unhandled Promise Rejection', named('Runtime.UnhandledPromiseRejection', String(reason), reason)),
);
// The other end of this pipe closes when the parent ends, for any reason.
new net.Socket({ fd: 3 })
  .on('error', () => {})
  .on('close', () => process.exit(1))
  .resume()
  .unref();
run().catch((error) => die('Init Error', error));
