import { createHash } from 'node:crypto';
import type { MessageAttributeValue } from '@aws-sdk/client-sqs';
import { invalidParameter, missingParameter, sqsError } from './errors.ts';

type Attributes = Readonly<Record<string, MessageAttributeValue>>;

const BAD_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const PUNCTUATED = /^[!-~]{1,128}$/;

const md5 = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex');

/** MD5 of a message body in hexadecimal. Every SDK compares it with its own. */
export const md5OfBody = (body: string): string => md5(body);

function sized(data: string | Uint8Array): Buffer {
  const bytes = Buffer.from(data as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/**
 * MD5 of message attributes in hexadecimal. They are sorted by name. Each is name, type, a byte for string (1) or binary
 * (2), and value, all with their lengths.
 *
 * @returns undefined when there are none.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html#sqs-attributes-md5-message-digest-calculation
 */
export function md5OfAttributes(attributes: Attributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const parts = names.flatMap((name) => {
    const { DataType = '', StringValue, BinaryValue } = attributes[name] ?? { DataType: '' };
    const binary = DataType.startsWith('Binary');
    return [sized(name), sized(DataType), Buffer.of(binary ? 2 : 1), sized((binary ? BinaryValue : StringValue) ?? '')];
  });
  return md5(Buffer.concat(parts));
}

/** Bytes that a message counts against `MaximumMessageSize`: body, attribute names, types and values. */
export function messageSize(body: string, attributes: Attributes): number {
  return Object.entries(attributes).reduce(
    (bytes, [name, { DataType = '', StringValue = '', BinaryValue }]) =>
      bytes +
      Buffer.byteLength(name) +
      Buffer.byteLength(DataType) +
      Buffer.byteLength(StringValue) +
      (BinaryValue?.length ?? 0),
    Buffer.byteLength(body),
  );
}

/** Refuses an empty body and characters that SQS does not carry. */
export function checkBody(body: string | undefined): string {
  if (body === undefined || body === '') throw missingParameter('MessageBody');
  if (BAD_CHARACTER.test(body)) {
    throw sqsError(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
    );
  }
  return body;
}

/** Refuses message attributes that SQS refuses: more than 10, bad names or types, no value. */
export function checkAttributes(attributes: Attributes): void {
  const entries = Object.entries(attributes);
  if (entries.length > 10)
    throw invalidParameter(`Number of message attributes [${entries.length}] exceeds the allowed maximum [10].`);
  for (const [name, { DataType, StringValue, BinaryValue }] of entries) {
    if (!/^(?!(aws|amazon)\.)(?!.*\.\.)(?!\.)[\w.-]{1,256}(?<!\.)$/i.test(name)) {
      throw invalidParameter(`The message attribute name '${name}' is invalid.`);
    }
    if (!/^(String|Number|Binary)(\..+)?$/.test(DataType ?? '')) {
      throw invalidParameter(
        `The type of message (user) attribute '${name}' is invalid. You must use only the following supported type prefixes: Binary, Number, String.`,
      );
    }
    const value = DataType?.startsWith('Binary') ? BinaryValue : StringValue;
    if (value === undefined || value.length === 0) {
      throw invalidParameter(
        `Message (user) attribute '${name}' must contain a non-empty value of type '${DataType}'.`,
      );
    }
  }
}

/** Refuses a group, deduplication or attempt id that is not 1 to 128 letters, digits or punctuation marks. */
export function checkToken(name: string, value: string): string {
  if (PUNCTUATED.test(value)) return value;
  throw invalidParameter(
    `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
}
