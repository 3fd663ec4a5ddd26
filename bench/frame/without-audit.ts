// Preloaded into a server (`--import`) to turn the audit off, to measure what it costs.
import { registerHooks } from 'node:module'

const source = `
const nothing = async () => {}
export const auditCall = () => ({ begin: nothing, end: nothing, fail: nothing })`

registerHooks({
  load: (url, context, next) =>
    url.endsWith('/audit/audit-call.ts') ? { format: 'module', source, shortCircuit: true } : next(url, context),
})
