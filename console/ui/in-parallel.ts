/**
 * Does the same for many, a few at a time. They may still be read while it goes on: one that is stopped reads no further.
 * @throws what was thrown where they are read, once nothing is at work any more
 */
export async function inParallel<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<void>,
  { width = 4, isStopped = () => false }: { width?: number; isStopped?: () => boolean } = {},
): Promise<void> {
  const source = each(items)
  const lane = async () => {
    while (!isStopped()) {
      const next = await source.next()
      if (next.done || isStopped()) return
      await work(next.value)
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: width }, lane))
  const broken = lanes.find(({ status }) => status === 'rejected')
  if (broken) throw (broken as PromiseRejectedResult).reason
}

/** One after the other, whoever asks. */
async function* each<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* items
}
