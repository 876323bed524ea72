import { deflateSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import sharp, { type Sharp } from 'sharp';
import { encodeImage, mostPixels } from './encode-image.js';

const plain = (width: number, height: number, channels: 3 | 4 = 3): Sharp => sharp({ create: { width, height, channels, background: { r: 200, g: 40, b: 40, alpha: 0.5 } } });
/** A red left half, so that one sees where up is. */
const halves = (width: number, height: number): Sharp => plain(width, height).composite([{ input: { create: { width: width / 2, height, channels: 3, background: '#0000ff' } }, left: width / 2, top: 0 }]);
/** Nothing in it repeats, so that no encoder makes it small. */
const noise = (edge: number): Sharp => sharp({ create: { width: edge, height: edge, channels: 3, background: '#000', noise: { type: 'gaussian', mean: 128, sigma: 90 } } });

const secret = 'Old Mill Lane 7';
const photograph = (): Promise<Buffer> => halves(400, 200)
  .withExif({ IFD0: { Artist: secret }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1', GPSLongitudeRef: 'W', GPSLongitude: '0/1 7/1 0/1' } })
  .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description><note>${secret}</note></rdf:Description></rdf:RDF></x:xmpmeta>`)
  .withIccProfile('p3').withMetadata({ orientation: 6 }).jpeg().toBuffer();

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc(body));
  return Buffer.concat([size, body, sum]);
};
const crc = (bytes: Buffer): number => {
  let left = 0xffff_ffff;
  for (const byte of bytes) {
    left ^= byte;
    for (let bit = 0; bit < 8; bit++) left = left & 1 ? (left >>> 1) ^ 0xedb8_8320 : left >>> 1;
  }
  return (left ^ 0xffff_ffff) >>> 0;
};
/** A PNG that says that it is this large. */
const claiming = (width: number, height: number): Buffer => {
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.alloc(100_000))), chunk('IEND', Buffer.alloc(0))]);
};

describe('a photograph', () => {
  it('comes out without its place, its maker and its profile, and upright', async () => {
    const taken = await photograph();
    expect(await sharp(taken).metadata()).toMatchObject({ orientation: 6, exif: expect.any(Buffer), xmp: expect.any(Buffer), icc: expect.any(Buffer) });
    expect(taken.includes(secret)).toBe(true);
    const { bytes, ...told } = await encodeImage(taken);
    expect(told).toEqual({ mediaType: 'image/jpeg', width: 200, height: 400 });
    const { exif, xmp, icc, iptc, orientation, space } = await sharp(bytes).metadata();
    expect({ exif, xmp, icc, iptc, orientation, space }).toEqual({ space: 'srgb' });
    expect(bytes.includes(secret)).toBe(false);
    // Turned to the right, what was left is above.
    const { data } = await sharp(bytes).extract({ left: 100, top: 50, width: 1, height: 1 }).raw().toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(150);
  });

  it('is as long as networks show it, and as small as they take it', async () => {
    const { bytes, width, height } = await encodeImage(await noise(3_000).jpeg({ quality: 90 }).toBuffer());
    expect(Math.max(width, height)).toBeLessThanOrEqual(2_048);
    expect(bytes.length).toBeLessThanOrEqual(2_000_000);
    expect(await encodeImage(await plain(4_000, 100).webp().toBuffer())).toMatchObject({ width: 2_048, height: 51, mediaType: 'image/jpeg' });
  });

  it('comes out the same whenever it is made', async () => {
    const taken = await photograph();
    expect((await encodeImage(taken)).bytes.equals((await encodeImage(taken)).bytes)).toBe(true);
  });
});

describe('a drawing', () => {
  it('stays one, and keeps what is transparent', async () => {
    const { bytes, ...told } = await encodeImage(await plain(60, 40, 4).png().toBuffer());
    expect(told).toEqual({ mediaType: 'image/png', width: 60, height: 40 });
    expect(await sharp(bytes).metadata()).toMatchObject({ hasAlpha: true });
    expect(await encodeImage(await plain(60, 40).gif().toBuffer())).toMatchObject({ mediaType: 'image/png' });
  });

  it('is made a photograph where it would be too large', async () => {
    expect(await encodeImage(await noise(1_500).png().toBuffer())).toMatchObject({ mediaType: 'image/jpeg', width: 1_500 });
  });
});

describe('what is refused', () => {
  it.each<[string, () => Promise<Buffer> | Buffer, RegExp]>([
    ['a page', () => Buffer.from('<html><body>hello</body></html>'), /no image/],
    ['nothing', () => Buffer.from([0]), /no image/],
    ['a vector graphic, which may load others', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><image href="file:///etc/passwd"/></svg>'), /no image/],
    ['a TIFF', () => plain(10, 10).tiff().toBuffer(), /no image/],
    ['one that moves', async () => sharp([await plain(8, 8).png().toBuffer(), await halves(8, 8).png().toBuffer()], { join: { animated: true } }).gif().toBuffer(), /moves/],
    ['one that is larger than it is long: a bomb', () => claiming(40_000, 40_000), /megapixels/],
    ['one that breaks off', async () => (await noise(400).jpeg().toBuffer()).subarray(0, 4_000), /broken/],
    ['one whose size is a lie', () => claiming(5_000, 5_000), /broken/],
  ])('%s', async (_what, make, words) => {
    await expect(encodeImage(await make())).rejects.toMatchObject({ code: 'BAD_INPUT', message: expect.stringMatching(words) });
  });

  it('is a bomb before anything of it is decoded', async () => {
    const before = process.memoryUsage().rss;
    await expect(encodeImage(claiming(30_000, 30_000))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(30_000 * 30_000).toBeGreaterThan(mostPixels);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});
