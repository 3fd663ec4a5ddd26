/** `t***@t***`: only the owner can recognize the address. */
export function maskEmail(address: string): string {
  const at = address.lastIndexOf('@')
  const parts = at < 0 ? [address] : [address.slice(0, at), address.slice(at + 1)]
  return parts.map((part) => `${[...part][0] ?? ''}***`).join('@')
}

/** `+*******4444`: the last four digits. A number too short to hide the rest is hidden completely. */
export function maskPhone(number: string): string {
  const digits = number.replace(/^\+/, '')
  const shown = digits.length > 4 ? 4 : 0
  return `+${'*'.repeat(digits.length - shown)}${digits.slice(digits.length - shown)}`
}
