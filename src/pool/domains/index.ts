import type { Handlers } from '../handler.ts'

export const domainOperations = {} satisfies Handlers
