import type { Handlers } from '../handler.ts'

export const profileOperations = {} satisfies Handlers
