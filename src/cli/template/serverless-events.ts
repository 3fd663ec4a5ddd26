import { isObject, type Json, type JsonObject, type Template, TemplateError } from './read-template.ts'

type Resources = Template['Resources']

/**
 * What SAM's transform makes of `Events` of the type Cognito: the pool's LambdaConfig names the function. @throws
 * TemplateError unless the event refers to a pool of the template
 */
export function withServerlessEvents(template: Template): Template {
  const Resources = structuredClone(template.Resources)
  for (const { functionId, eventId, properties } of cognitoEvents(Resources)) {
    const { UserPool, Trigger } = properties
    const pool = poolOf(Resources, UserPool)
    if (!pool || Trigger === undefined)
      throw new TemplateError(
        `${functionId}: the event ${eventId} needs a UserPool, a Ref to a pool of this template, and a Trigger.`,
      )
    pool.Properties = withTriggers(pool.Properties, [Trigger].flat(), functionId)
  }
  return { ...template, Resources }
}

function cognitoEvents(resources: Resources) {
  const functions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Serverless::Function')
  const membersOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})
  return functions.flatMap(([functionId, { Properties }]) =>
    Object.entries(membersOf(Properties?.Events))
      .filter(([, event]) => membersOf(event).Type === 'Cognito')
      .map(([eventId, event]) => ({ functionId, eventId, properties: membersOf(membersOf(event).Properties) })),
  )
}

function poolOf(resources: Resources, reference: Json | undefined) {
  const pool = isObject(reference) && typeof reference.Ref === 'string' ? resources[reference.Ref] : undefined
  return pool?.Type === 'AWS::Cognito::UserPool' ? pool : undefined
}

function withTriggers(properties: JsonObject = {}, triggers: Json[], functionId: string): JsonObject {
  const { LambdaConfig } = properties
  const config: JsonObject = isObject(LambdaConfig) ? { ...LambdaConfig } : {}
  for (const trigger of triggers) config[String(trigger)] = { 'Fn::GetAtt': [functionId, 'Arn'] }
  return { ...properties, LambdaConfig: config }
}
