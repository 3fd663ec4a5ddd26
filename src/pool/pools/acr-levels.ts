import type { AcrLevelConfigType } from '@aws-sdk/client-cognito-identity-provider'
import { InvalidParameter } from '../../model/errors.ts'

/** The names of the four authentication context classes, by level. */
export type AcrLevels = Record<string, AcrLevelConfigType>

export const defaultAcrLevels: AcrLevels = {
  Level1: { AcrValue: 'urn:cognito:loa:1' },
  Level2: { AcrValue: 'urn:cognito:loa:2' },
  Level3: { AcrValue: 'urn:cognito:loa:3' },
  Level4: { AcrValue: 'urn:cognito:loa:4' },
}

/** The effective names: those that are set, and the default of every other level. */
export function acrLevels(input: AcrLevels | undefined): AcrLevels {
  return { ...structuredClone(defaultAcrLevels), ...input }
}

/** @throws InvalidParameterException */
export function checkAcrLevels(levels: AcrLevels): void {
  const names = Object.values(levels).map((level) => level.AcrValue)
  if (new Set(names).size < names.length) {
    throw new InvalidParameter('AcrValue must be unique across all levels, including the default names.')
  }
}
