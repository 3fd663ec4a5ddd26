import type { Handlers } from '../handler.ts'
import { describeRiskConfiguration } from './operations/describe-risk-configuration.ts'
import { setRiskConfiguration } from './operations/set-risk-configuration.ts'

export const riskOperations = {
  DescribeRiskConfiguration: describeRiskConfiguration,
  SetRiskConfiguration: setRiskConfiguration,
} satisfies Handlers
