export interface FunctionArn {
  arn: string
  region: string
  name: string
  /** A version or alias. */
  qualifier?: string
}

/** `arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]`, the format accepted in pool settings. */
export function parseFunctionArn(arn: string): FunctionArn {
  const [, , , region = '', , , name = '', qualifier] = arn.split(':')
  return { arn, region, name, qualifier: qualifier || undefined }
}
