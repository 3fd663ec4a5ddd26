import { OperatorError } from '../lib/operator-error.ts'

/** @throws OperatorError for a Node.js that lacks what the server is written with */
export function requireNode(version: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major < 22 || (major === 22 && minor < 18))
    throw new OperatorError(`Poolhouse needs Node.js 22.18 or newer; this is ${version}.`)
}
