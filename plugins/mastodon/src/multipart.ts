import { randomBytes } from 'node:crypto';

/** A form with a file in it (RFC 7578). */
export interface Multipart {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

interface FilePart {
  readonly name: string;
  readonly filename: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Names and types are ours; texts are what people wrote. */
export const multipartOf = (file: FilePart, texts: Readonly<Record<string, string>>): Multipart => {
  const boundary = randomBytes(24).toString('hex');
  const parts = Object.entries(texts).map(([name, text]) => Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`));
  const head = Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${file.name}"; filename="${file.filename}"\r\ncontent-type: ${file.type}\r\n\r\n`);
  return { type: `multipart/form-data; boundary=${boundary}`, body: new Uint8Array(Buffer.concat([...parts, head, file.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])) };
};
