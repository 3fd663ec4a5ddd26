/** `user@example.com` or `Name <user@example.com>`, on one line: it becomes a mail header. */
export const isSender = (from: string): boolean =>
  from.length <= 320 && /^(?:[^\r\n<>]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+)$/.test(from)

/** Deliberately strict: quoted local parts and lists have no place in an account's address. */
export const isOneAddress = (address: string): boolean =>
  address.length <= 320 && /^[^\s\p{Cc}<>()[\]\\,;:"@]+@[^\s\p{Cc}<>()[\]\\,;:"@]+$/u.test(address)
