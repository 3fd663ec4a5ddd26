import type { Handlers } from '../handler.ts'

export const tokenOperations = {} satisfies Handlers
