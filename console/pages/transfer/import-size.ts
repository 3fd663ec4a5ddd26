/** How many lines an import has: the API does not tell, so this tab remembers what it has sent. */

const keyOf = (jobId: string) => `poolhouse.import.${jobId}`
const newline = 10

/** Lines after the header; one within quotes counts as well, which is near enough for a progress bar. */
export async function rememberSize(jobId: string, file: Blob): Promise<void> {
  let lines = 0
  let last = newline
  for await (const chunk of file.stream() as unknown as AsyncIterable<Uint8Array>) {
    for (const byte of chunk) if (byte === newline) lines++
    last = chunk.at(-1) ?? last
  }
  sessionStorage.setItem(keyOf(jobId), String(lines + (last === newline ? 0 : 1) - 1))
}

export function sizeOf(jobId: string): number | undefined {
  const lines = Number(sessionStorage.getItem(keyOf(jobId)) ?? 0)
  return lines > 0 ? lines : undefined
}
