import type { ParameterizedContext } from 'koa'

/** A form's fields. The first of a name counts. */
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

/** @throws FormRefused for what is no form of ours */
export async function readForm(koa: ParameterizedContext): Promise<Form> {
  if (!koa.is('application/x-www-form-urlencoded')) throw new FormRefused(415)
  if (Number(koa.get('content-length')) > limit) throw new FormRefused(413)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of koa.req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) throw new FormRefused(413)
    chunks.push(chunk)
  }
  const fields = new URLSearchParams(Buffer.concat(chunks).toString())
  if (fields.size > maxFields) throw new FormRefused(413)
  return (name) => fields.get(name) ?? ''
}
