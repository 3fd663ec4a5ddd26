export interface Failed<Item> {
  item: Item
  error: unknown
}

/** Does the same for many, a few at a time, and says after each how many are done. What fails stops nothing. */
export async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<unknown>,
  onProgress: (done: number) => void,
  { width = 4, isStopped = () => false }: { width?: number; isStopped?: () => boolean } = {},
): Promise<Failed<Item>[]> {
  const failed: Failed<Item>[] = []
  let next = 0
  let done = 0
  const lane = async () => {
    while (next < items.length && !isStopped()) {
      const item = items[next++]!
      await work(item).catch((error) => failed.push({ item, error }))
      onProgress(++done)
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return failed
}
