/** The whole of 127.0.0.0/8, ::1, localhost and the names below it. Not 0.0.0.0, which browsers let any site reach. */
export const isLoopbackName = (hostname: string): boolean =>
  hostname === 'localhost' ||
  hostname.endsWith('.localhost') ||
  hostname === '[::1]' ||
  /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname)
