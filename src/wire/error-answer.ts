import type { ServiceError } from '../model/errors.ts'
import { errorNamed } from '../model/model.ts'
import { protocolErrors } from '../model/protocol-errors.ts'

export interface ErrorAnswer {
  status: number
  body: string
}

/** Protocol errors spell it `Message`, operations `message`; clients read both. An empty message is left out. */
export function errorAnswer({ type, message }: Pick<ServiceError, 'type' | 'message'>, declared = false): ErrorAnswer {
  const protocol = protocolErrors.get(type)
  const member = protocol?.capital && !declared ? 'Message' : 'message'
  return {
    status: protocol?.status ?? errorNamed(type)?.httpStatus ?? 400,
    body: JSON.stringify(message === '' ? { __type: type } : { __type: type, [member]: message }),
  }
}

/** The answer to a request that is not a call: no usable target, or another protocol. */
export const unroutable: ErrorAnswer = {
  status: 404,
  body: '{"code":"BadRequest","message":"The server did not understand the operation that was requested.","type":"client"}',
}

const maxHeaderLength = 1024

/** A message in the form of a header: control characters become spaces, non-ASCII is percent-encoded. */
export function headerSafe(message: string): string {
  const short = message.length > maxHeaderLength ? message.slice(0, maxHeaderLength) : message
  if (/^[\x20-\x7e]*$/.test(short)) return short
  return short
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/[^\x20-\x7e]+/g, encodeURIComponent)
    .trim()
}
