import { PlatformError } from '../errors/index.js';

/** All of a body. Stops reading where it gets too large. @throws PlatformError BAD_INPUT */
export const readBody = async (body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > mostBytes) throw new PlatformError('BAD_INPUT', `This file is larger than ${mostBytes / 1_000_000} MB: make it smaller.`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof PlatformError) throw error;
    throw new PlatformError('BAD_INPUT', 'The upload broke off: try again.', undefined, { cause: error });
  }
  if (size === 0) throw new PlatformError('BAD_INPUT', 'Nothing was uploaded: the body of the request is the image itself.');
  return Buffer.concat(chunks);
};
