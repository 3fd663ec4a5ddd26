const tries = 4

/** Tries again, a little later each time, while what is thrown is worth it. */
export async function retry<Output>(
  work: () => Promise<Output>,
  isWorthIt: (error: unknown) => boolean,
): Promise<Output> {
  for (let failures = 1; ; failures++) {
    try {
      return await work()
    } catch (error) {
      if (failures === tries || !isWorthIt(error)) throw error
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** failures))
    }
  }
}
