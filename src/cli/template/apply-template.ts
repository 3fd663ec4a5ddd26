import { AdminError } from '../../admin/call.ts'
import { unknownName } from '../../lib/known-names.ts'
import { findUnknownMember } from '../../lib/unknown-member.ts'
import { coerce } from './coerce.ts'
import { createEvaluate, type Environment, type Evaluate } from './evaluate.ts'
import {
  isObject,
  type Json,
  type JsonObject,
  type Template,
  TemplateError,
  type TemplateResource,
} from './read-template.ts'
import { type Applied, type ResourceType, resourceTypes, type Scene } from './resource-types.ts'
import { withServerlessEvents } from './serverless-events.ts'

export interface Options {
  parameters: ReadonlyMap<string, string>
  accountId: string
}

export interface Result {
  resources: { Resource: string; Type: string; Id: string; Outcome: string }[]
  outputs: Record<string, Json>
  /** Outputs about what is not applied, with the reason. */
  withoutValue: Record<string, string>
  /** Resources that are not Cognito's, by their type. */
  notApplied: Record<string, string[]>
}

/**
 * Applies the user pools of a template, with all that belongs to them, in the order of their references. Nothing is
 * deleted. @throws TemplateError naming the resource
 */
export async function applyTemplate(scene: Scene, source: Template, options: Options): Promise<Result> {
  const template = withServerlessEvents(source)
  const applied = new Map<string, Promise<Applied>>()
  const waiting: string[] = []
  const evaluate = createEvaluate({
    template,
    given: options.parameters,
    pseudo: pseudoParameters(scene, options),
    resourceValue,
  })

  async function resourceValue(id: string, attribute?: string): Promise<Json> {
    const resource = template.Resources[id]
    if (!resource) throw new TemplateError(`There is no resource or parameter ${id}.`)
    if (!resourceTypes[resource.Type]) return foreignValue(id, resource, attribute)
    const { id: ref, attributes } = await apply(id)
    if (attribute === undefined) return ref
    const value = attributes[attribute]
    if (value === undefined) throw new TemplateError(`${id} (${resource.Type}) has no attribute ${attribute}.`)
    return value
  }

  /** The value of another service's resource, where its name says it all. */
  async function foreignValue(
    id: string,
    { Type, Properties = {} }: TemplateResource,
    attribute?: string,
  ): Promise<Json> {
    const kind = namedTypes[Type]
    if (kind && (attribute === undefined || attribute === 'Arn')) {
      const name = String(Properties[kind.name] === undefined ? id : await evaluate(Properties[kind.name]!))
      return attribute === undefined ? name : `arn:aws:${kind.arn({ ...options, region: scene.region }, name)}`
    }
    const reference = attribute === undefined ? id : `${id}.${attribute}`
    throw new TemplateError(
      `${reference} (${Type}) is not applied: give its value with --parameter ${reference}=VALUE.`,
    )
  }

  function apply(id: string): Promise<Applied> {
    if (waiting.includes(id))
      throw new TemplateError(`${[...waiting.slice(waiting.indexOf(id)), id].join(' → ')} is a circle.`)
    let result = applied.get(id)
    if (!result) {
      waiting.push(id)
      result = applyResource(id, template.Resources[id]!).finally(() => waiting.pop())
      applied.set(id, result)
    }
    return result
  }

  async function applyResource(
    id: string,
    { Type, Properties = {}, DependsOn = [] }: TemplateResource,
  ): Promise<Applied> {
    const type = resourceTypes[Type]!
    for (const other of [DependsOn].flat()) if (own.some(([ownId]) => ownId === other)) await apply(other)
    try {
      const properties = coerce(type.input, await evaluate(Properties)) as JsonObject
      return await type.apply(scene, { logicalId: id, properties })
    } catch (error) {
      if (!(error instanceof AdminError)) throw error
      throw new TemplateError(`${id} (${Type}): ${error.name}: ${error.message}`)
    }
  }

  requireKnownMembers(template)
  requireUsedParameters(template, options.parameters)
  const wanted = await presentResources(template, evaluate)
  const own = wanted.filter(([, { Type }]) => resourceTypes[Type])
  if (own.length === 0) throw new TemplateError('The template has no resource of AWS::Cognito that Poolhouse applies.')
  const resources: Result['resources'] = []
  const addresses: NonNullable<Applied['address']>[] = []
  for (const [id, { Type }] of own) {
    const { id: Id, outcome, address } = await apply(id)
    if (address) addresses.push(address)
    resources.push({ Resource: id, Type: Type.replace('AWS::Cognito::', ''), Id, Outcome: outcome })
  }
  const others = wanted.filter(([, { Type }]) => !resourceTypes[Type] && Type !== 'AWS::CDK::Metadata')
  const notApplied = Object.groupBy(others, ([, { Type }]) => Type) as Record<string, [string, TemplateResource][]>
  return {
    resources,
    ...(await outputsOf(template, evaluate, addresses)),
    notApplied: Object.fromEntries(Object.entries(notApplied).map(([type, list]) => [type, list.map(([id]) => id)])),
  }
}

interface Place {
  region: string
  accountId: string
}

/** Types whose ARN follows from a name. The functions are those of POOLHOUSE_TRIGGERS_DIR, which have no others. */
const lambda = {
  name: 'FunctionName',
  arn: ({ region, accountId }: Place, name: string) => `lambda:${region}:${accountId}:function:${name}`,
}
const namedTypes: Record<string, { name: string; arn(place: Place, name: string): string }> = {
  'AWS::Lambda::Function': lambda,
  'AWS::Serverless::Function': lambda,
  'AWS::IAM::Role': { name: 'RoleName', arn: ({ accountId }, name) => `iam::${accountId}:role/${name}` },
}

const pseudoParameters = ({ stack, region }: Scene, { accountId }: Options): Environment['pseudo'] => ({
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': stack,
  'AWS::StackId': `arn:aws:cloudformation:${region}:${accountId}:stack/${stack}/00000000-0000-0000-0000-000000000000`,
})

/** Checked before anything is created. @throws TemplateError for a member that a resource does not have */
function requireKnownMembers({ Resources }: Template): void {
  for (const [id, { Type, Properties = {} }] of Object.entries(Resources)) {
    const type = resourceTypes[Type]
    const unknown = type && unknownMember(type, Properties)
    if (unknown) throw new TemplateError(`${id} (${Type}): ${unknown}`)
  }
}

function unknownMember({ input, own = [] }: ResourceType, properties: JsonObject): string | undefined {
  const shared = Object.fromEntries(Object.entries(properties).filter(([name]) => !own.includes(name)))
  return findUnknownMember(input, withoutFunctions(shared))
}

/** Functions stand anywhere in the place of a value. */
function withoutFunctions(part: Json): Json {
  if (Array.isArray(part)) return part.map(withoutFunctions)
  if (!isObject(part)) return part
  const names = Object.keys(part)
  if (names.length === 1 && (names[0] === 'Ref' || names[0]!.startsWith('Fn::'))) return null
  return Object.fromEntries(Object.entries(part).map(([name, member]) => [name, withoutFunctions(member)]))
}

/** @throws TemplateError for a --parameter that names nothing in the template */
function requireUsedParameters(template: Template, given: ReadonlyMap<string, string>): void {
  const text = JSON.stringify(template)
  for (const name of given.keys()) {
    const [resource = ''] = name.split('.')
    if (template.Parameters?.[name] || template.Resources[resource] || text.includes(JSON.stringify(name))) continue
    const unknown = unknownName({ [name]: '' }, Object.keys({ ...template.Parameters, ...template.Resources }))
    throw new TemplateError(`--parameter: ${unknown}`)
  }
}

async function presentResources({ Resources }: Template, evaluate: Evaluate): Promise<[string, TemplateResource][]> {
  const present: [string, TemplateResource][] = []
  for (const [id, resource] of Object.entries(Resources))
    if (resource.Condition === undefined || (await evaluate.isTrue(resource.Condition))) present.push([id, resource])
  return present
}

async function outputsOf(
  { Outputs = {} }: Template,
  evaluate: Evaluate,
  addresses: NonNullable<Applied['address']>[],
): Promise<Pick<Result, 'outputs' | 'withoutValue'>> {
  const outputs: Record<string, Json> = {}
  const withoutValue: Record<string, string> = {}
  const moved = (value: Json) =>
    typeof value === 'string'
      ? addresses.reduce((text, { onAws, here }) => text.replaceAll(onAws, () => here), value)
      : value
  for (const [name, { Value, Condition }] of Object.entries(Outputs)) {
    if (Condition !== undefined && !(await evaluate.isTrue(Condition))) continue
    try {
      outputs[name] = moved(await evaluate(Value))
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      withoutValue[name] = error.message
    }
  }
  return { outputs, withoutValue }
}
