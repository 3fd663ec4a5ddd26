const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A time of the API, as this browser's people write it. */
export function Time({ at }: { at: number | undefined }) {
  if (at === undefined) return '—'
  const date = new Date(at * 1000)
  return <time dateTime={date.toISOString()}>{format.format(date)}</time>
}
