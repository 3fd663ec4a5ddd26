export interface Bucket {
  left: number
  filledAt: number
}

interface Buckets {
  get(key: string): Bucket | undefined
  set(key: string, bucket: Bucket): void
}

/**
 * Takes one from a bucket that fills at a rate per second, which is also its size. False where it is empty. `at` is in
 * ms.
 */
export function takeOne(buckets: Buckets, key: string, rate: number, at: number): boolean {
  const bucket = buckets.get(key) ?? { left: rate, filledAt: at }
  buckets.set(key, bucket)
  bucket.left = Math.min(rate, bucket.left + ((at - bucket.filledAt) / 1000) * rate)
  bucket.filledAt = at
  if (bucket.left < 1) return false
  bucket.left--
  return true
}
