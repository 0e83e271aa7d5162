// A small seeded generator of pseudo-random numbers: the same seed gives the same workload and the same
// bootstrap on every machine. Not for secrets.

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number in [0, limit). */
  below(limit: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** A stream of its own, so that drawing more numbers in one place moves nothing elsewhere. */
  fork(label: string): Random;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush, four additions a number. */
export function seededRandom(seed: string): Random {
  let [a, b, c, counter] = stateFrom(seed);
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: (label) => seededRandom(`${seed}/${label}`),
  };
}

function stateFrom(seed: string): [number, number, number, number] {
  const low = Bun.hash.xxHash64(seed);
  const high = Bun.hash.xxHash64(seed, 1n);
  return [Number(low & 0xffffffffn) | 0, Number(low >> 32n) | 0, Number(high & 0xffffffffn) | 0, 1];
}
