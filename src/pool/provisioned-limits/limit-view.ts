import type { LimitDefinitionType, LimitType } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter } from '../../model/errors.ts'
import { isAdjustable, isRateCategory, type Limits, type RateCategory } from '../../model/limits.ts'

/** @throws InvalidParameterException for an unknown limit, or one that can't be changed */
export function requireCategory({ Attributes }: LimitDefinitionType): RateCategory {
  const { Category, ...others } = Attributes ?? {}
  if (Category === undefined || Object.keys(others).length > 0)
    throw new InvalidParameter('A limit of this class is identified by its Category alone.')
  if (!isRateCategory(Category)) throw new InvalidParameter(`Unknown limit category: ${Category}`)
  if (!isAdjustable(Category)) throw new InvalidParameter(`The limit of category ${Category} is not adjustable.`)
  return Category
}

export const limitView = (limits: Limits, category: RateCategory, provisioned: number | undefined): LimitType => ({
  LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category: category } },
  ProvisionedLimitValue: provisioned ?? limits[category],
  FreeLimitValue: limits[category],
})
