/** Classes of bytes, one at a time and as masks: 64 bytes make 64 bits, the first byte the lowest. */

/** `0` to `9`, `+`, `-` and `.`; and `/`, which no JSON has outside a string. */
export function isNumeric(byte: u8): bool {
  return <u8>(byte - 0x2b) <= 0x0e && byte != 0x2c;
}

@inline
export function numeric(a: v128, b: v128, c: v128, d: v128): u64 {
  return masks(numericOf(a), numericOf(b), numericOf(c), numericOf(d));
}

@inline
function numericOf(bytes: v128): v128 {
  const inRange = i8x16.le_u(i8x16.sub(bytes, i8x16.splat(0x2b)), i8x16.splat(0x0e));
  return v128.andnot(inRange, i8x16.eq(bytes, i8x16.splat(0x2c)));
}

@inline
export function equal(a: v128, b: v128, c: v128, d: v128, byte: u8): u64 {
  const all = i8x16.splat(byte);
  return masks(i8x16.eq(a, all), i8x16.eq(b, all), i8x16.eq(c, all), i8x16.eq(d, all));
}

@inline
function masks(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16)) |
    (<u64>(<u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16)) << 32)
  );
}

/** Bit n is set when an odd number of the bits up to n are: inside a string, if the bits are quotes. */
@inline
export function upTo(bits: u64): u64 {
  let odd = bits;
  odd ^= odd << 1;
  odd ^= odd << 2;
  odd ^= odd << 4;
  odd ^= odd << 8;
  odd ^= odd << 16;
  odd ^= odd << 32;
  return odd;
}
