/** Errors of the protocol: any call can receive them, whatever errors its operation declares. */
export const protocolErrors: ReadonlyMap<string, { status: number; capital: boolean }> = new Map([
  ['SerializationException', { status: 400, capital: true }],
  ['AccessDeniedException', { status: 400, capital: true }],
  ['MissingAuthenticationTokenException', { status: 400, capital: false }],
  ['IncompleteSignatureException', { status: 400, capital: false }],
  ['InvalidSignatureException', { status: 400, capital: false }],
  ['UnrecognizedClientException', { status: 400, capital: false }],
  ['ExpiredTokenException', { status: 400, capital: false }],
  ['UnknownOperationException', { status: 400, capital: false }],
  ['RequestTimeoutException', { status: 408, capital: true }],
  ['RequestEntityTooLargeException', { status: 413, capital: true }],
  ['NotImplementedException', { status: 501, capital: false }],
])

export const isProtocolError = (type: string): boolean => protocolErrors.has(type)
