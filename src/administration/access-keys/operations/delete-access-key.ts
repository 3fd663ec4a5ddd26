import { ResourceNotFound } from '../../../model/errors.ts'
import type { OwnHandler } from '../../handler.ts'
import { deleteAccessKey as remove } from '../access-key-store.ts'

export const deleteAccessKey: OwnHandler<'DeleteAccessKey'> = async (input, ctx) => {
  if (!(await remove(ctx.db, input.AccessKeyId)))
    throw new ResourceNotFound(`There is no access key ${input.AccessKeyId}.`)
}
