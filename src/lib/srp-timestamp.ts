const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const form = new RegExp(
  `^(?:${days.join('|')}) (${months.join('|')}) (\\d{1,2}) (\\d{2}):(\\d{2}):(\\d{2}) UTC (\\d{4})$`,
)

/** `Tue May 6 00:09:40 UTC 2025`: English, UTC, the day without a leading zero. */
export function formatSrpTimestamp(time: Date): string {
  const clock = time.toISOString().slice(11, 19)
  return `${days[time.getUTCDay()]} ${months[time.getUTCMonth()]} ${time.getUTCDate()} ${clock} UTC ${time.getUTCFullYear()}`
}

/** Parses the TIMESTAMP of a password claim. Whether the weekday matches the date is not checked here. */
export function parseSrpTimestamp(text: string): Date | undefined {
  const [, month, day, hour, minute, second, year] = form.exec(text) ?? []
  if (!month) return undefined
  const date = `${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day!.padStart(2, '0')}`
  const time = new Date(`${date}T${hour}:${minute}:${second}.000Z`)
  // Nonexistent dates are invalid or roll over into the next month.
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date) ? time : undefined
}
