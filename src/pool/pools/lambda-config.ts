import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider'
import type { Context } from '../../context.ts'
import { InvalidParameter } from '../../model/errors.ts'

/**
 * The pre token generation trigger has two members, the older one without a version. The service keeps both in step,
 * whichever was set.
 */
export function lambdaConfig(input: LambdaConfigType | undefined): LambdaConfigType {
  const { PreTokenGeneration: arn, PreTokenGenerationConfig: versioned } = input ?? {}
  if (arn && versioned && arn !== versioned.LambdaArn) {
    throw new InvalidParameter(
      "Cannot use PreTokenGenerationLambda and PreTokenGeneration with different Lambda function ARN's",
    )
  }
  if (versioned) return { ...input, PreTokenGeneration: versioned.LambdaArn }
  if (arn) return { ...input, PreTokenGenerationConfig: { LambdaVersion: 'V1_0', LambdaArn: arn } }
  return { ...input }
}

/** @throws InvalidParameterException */
export function checkLambdaConfig(ctx: Context, config: LambdaConfigType): void {
  const { KMSKeyID, ...triggers } = config
  for (const trigger of Object.values(triggers)) {
    const arn = typeof trigger === 'string' ? trigger : trigger?.LambdaArn
    if (arn !== undefined) checkFunctionArn(ctx, arn)
  }
  if ((config.CustomEmailSender || config.CustomSMSSender) && !KMSKeyID) {
    throw new InvalidParameter('KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.')
  }
}

function checkFunctionArn(ctx: Context, arn: string): void {
  const [, , service, region, , resource, name] = arn.split(':')
  if (service !== 'lambda' || resource !== 'function' || !name) {
    throw new InvalidParameter(`Invalid Lambda function ARN: ${arn}`)
  }
  // Here a function is called by its name, wherever it runs.
  if (ctx.config.strict && region !== ctx.config.region) {
    throw new InvalidParameter('Cross-region lambda functions are not supported')
  }
}
