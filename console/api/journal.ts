/** The calls that this page has made, so that whoever looks at it can make them from a shell. */

export interface Call {
  service: string
  operation: string
  input: object
}

export interface NotedCall extends Call {
  id: number
  at: Date
}

const maxCalls = 60

let calls: readonly NotedCall[] = []
let lastId = 0
const listeners = new Set<() => void>()

export function noteCall(call: Call): void {
  lastId += 1
  calls = [{ ...call, input: withoutSecrets(call.input), id: lastId, at: new Date() }, ...calls].slice(0, maxCalls)
  for (const listener of listeners) listener()
}

export const notedCalls = (): readonly NotedCall[] => calls

export function onCall(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

const secretNames = /password|secret(?!Id)|(?<!Next|Pagination)token$|private_?key/i

/** What is secret is not shown a second time. */
function withoutSecrets(input: object): object {
  return JSON.parse(
    JSON.stringify(input, (name, value) => (secretNames.test(name) && typeof value === 'string' ? '…' : value)),
  )
}
