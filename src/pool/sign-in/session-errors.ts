import { InvalidSession } from '../../model/errors.ts'

export const invalidSession = () => new InvalidSession()
