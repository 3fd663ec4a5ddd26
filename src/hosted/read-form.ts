import type { ParameterizedContext } from 'koa'
import { BodyTimeout, BodyTooLarge, readBody } from '../lib/request-body.ts'

/** A form's fields. If a name is repeated, the first value counts. */
export type Form = (name: string) => string

export class FormRefused extends Error {
  readonly status: number

  constructor(status: number) {
    super(`A form was refused with status ${status}`)
    this.status = status
  }
}

const limit = 64 * 1024
const maxFields = 200

/** @throws FormRefused unless it is one of our forms */
export async function readForm(koa: ParameterizedContext): Promise<Form> {
  if (!koa.is('application/x-www-form-urlencoded')) throw new FormRefused(415)
  const body = await readFormBody(koa, limit)
  const fields = new URLSearchParams(body.toString())
  if (fields.size > maxFields) throw new FormRefused(413)
  return (name) => fields.get(name) ?? ''
}

/** @throws FormRefused if the body is too long or too slow */
export function readFormBody(koa: ParameterizedContext, limit: number): Promise<Buffer> {
  return readBody(koa.req, limit).catch((error) => {
    if (error instanceof BodyTooLarge) throw new FormRefused(413)
    if (!(error instanceof BodyTimeout)) throw error
    // Doesn't wait for the rest of the body.
    koa.set('Connection', 'close')
    throw new FormRefused(408)
  })
}
