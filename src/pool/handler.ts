import type { RequestContext } from '../context.ts'
import type { Operations } from '../model/operations.ts'

export type OperationName = keyof Operations
export type Input<Name extends OperationName> = Operations[Name]['input']
export type Output<Name extends OperationName> = Operations[Name]['output']

/**
 * An operation's behaviour. The input has passed the service model: required members are there, lengths, patterns and
 * enums hold, timestamps are Dates and blobs Uint8Arrays. Checks that need the pool are the handler's.
 */
export type Handler<Name extends OperationName> = (input: Input<Name>, ctx: RequestContext) => Promise<Output<Name>>

/** Operations by wire name. One that is absent answers 501, naming itself. */
export type Handlers = { [Name in OperationName]?: Handler<Name> }
