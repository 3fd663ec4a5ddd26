const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A time of the API, as this browser's people write it. */
export const timeText = (at: number) => format.format(new Date(at * 1000))

export function Time({ at }: { at: number | undefined }) {
  if (at === undefined) return '—'
  return <time dateTime={new Date(at * 1000).toISOString()}>{timeText(at)}</time>
}
