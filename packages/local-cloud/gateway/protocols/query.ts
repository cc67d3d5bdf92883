import { AwsError } from '../../service.ts';
import type { ServiceModel } from '../models.ts';
import { readForm } from './form.ts';
import type { Protocol } from './protocol.ts';
import { toQueryCode } from './query-codes.ts';
import { fromForm } from './query-shapes.ts';
import { element, escapeXml, writeXml } from './xml.ts';

/** What the Query protocol needs to know about a service. */
export interface QueryOptions {
  /** XML namespace, for example `http://queue.amazonaws.com/doc/2012-11-05/`. */
  readonly namespace: string;
  readonly model: () => Promise<ServiceModel>;
  /** Whether a request may name its queue by its path: `/ACCOUNT/NAME?Action=SendMessage`. */
  readonly queueInPath?: boolean;
}

/**
 * The Query protocol: a form (or a query string) in, XML out.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function createQueryProtocol({ namespace, model, queueInPath = false }: QueryOptions): Protocol {
  return {
    async parse({ query, body, headers, path }) {
      const form = readForm(parametersOf(body.length > 0 ? new URLSearchParams(body.toString()) : query));
      const { Action: operation, Version: _version, ...members } = form;
      if (typeof operation !== 'string') {
        throw new AwsError('MissingAction', 'The request must contain the parameter Action.');
      }
      const shape = (await model()).operations.get(operation);
      if (shape === undefined) throw new AwsError('UnknownOperationException', `The action ${operation} is not valid.`);
      const queue = queueInPath && members.QueueUrl === undefined && /^\/\d{12}\/[\w.-]+\/?$/.test(path);
      const input = queue ? { ...members, QueueUrl: `http://${headers.host}${path}` } : members;
      return { operation, input: fromForm(shape.input, input) as object };
    },
    async success(operation, output, requestId) {
      const shape = (await model()).operations.get(operation);
      const result = shape === undefined || shape.output.isUnitSchema() ? undefined : writeXml(shape.output, output);
      const metadata = element('ResponseMetadata', element('RequestId', requestId));
      const content = (result === undefined ? '' : element(`${operation}Result`, result)) + metadata;
      return xmlResponse(
        200,
        requestId,
        `<${operation}Response xmlns="${namespace}">${content}</${operation}Response>`,
      );
    },
    async failure(error, requestId) {
      const modelled = (await model()).errors.find(({ name }) => name === error.code)?.query;
      const code = modelled?.code ?? toQueryCode(error.code);
      const type = error.status < 500 ? 'Sender' : 'Receiver';
      const content =
        element('Type', type) + element('Code', escapeXml(code)) + element('Message', escapeXml(error.message));
      const xml = `<ErrorResponse xmlns="${namespace}">${element('Error', content)}${element('RequestId', requestId)}</ErrorResponse>`;
      return xmlResponse(modelled?.status ?? error.status, requestId, xml);
    },
  };
}

/** XML with the members that every AWS XML response has. */
const xmlResponse = (status: number, requestId: string, xml: string) => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body: `<?xml version="1.0"?>\n${xml}\n`,
});

/** The parameters of the operation, without those of a presigned signature. */
const parametersOf = (parameters: URLSearchParams): readonly (readonly [string, string])[] =>
  [...parameters].filter(([name]) => !name.startsWith('X-Amz-'));
