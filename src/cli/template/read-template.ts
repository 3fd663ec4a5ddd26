import { readFile } from 'node:fs/promises'
import { parse, YAMLMap } from 'yaml'
import { fileProblem } from '../../lib/file-problem.ts'
import { StartError } from '../run.ts'

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json }
export type JsonObject = { [name: string]: Json }

/** A CloudFormation template, as CDK synthesizes it, or as people write it for SAM. */
export interface Template {
  Parameters?: Record<string, { Default?: Json; Type?: string }>
  Mappings?: Record<string, Record<string, JsonObject>>
  Conditions?: JsonObject
  Resources: Record<string, TemplateResource>
  Outputs?: Record<string, { Value: Json; Condition?: string }>
}

export interface TemplateResource {
  Type: string
  Properties?: JsonObject
  Condition?: string
  DependsOn?: string | string[]
}

export class TemplateError extends StartError {
  override name = 'TemplateError'
}

/** Reads JSON or YAML, with the short forms of functions, such as `!Ref`. @throws TemplateError for what is no template */
export async function readTemplate(file: string): Promise<Template> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new TemplateError(fileProblem(file, error))
  })
  const template = parseTemplate(file, text)
  if (!isObject(template) || !isObject(template.Resources))
    throw new TemplateError(`${file} is no CloudFormation template: it has no Resources.`)
  for (const [id, resource] of Object.entries(template.Resources))
    if (!isObject(resource) || typeof resource.Type !== 'string')
      throw new TemplateError(`${file}: the resource ${id} has no Type.`)
  return template as unknown as Template
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parseTemplate(file: string, text: string): unknown {
  /** `!Sub text` is `{ "Fn::Sub": "text" }`, whether the argument is a scalar, a list or an object. */
  const shortForm = ([tag, name]: readonly [string, string]) => {
    const wrap = (argument: unknown) => {
      const map = new YAMLMap()
      map.set(name, argument)
      return map
    }
    return [
      { tag, resolve: (value: string) => ({ [name]: value }) },
      { tag, collection: 'seq' as const, resolve: wrap },
      { tag, collection: 'map' as const, resolve: wrap },
    ]
  }
  try {
    return parse(text, { customTags: shortForms.flatMap(shortForm) })
  } catch (error) {
    throw new TemplateError(`${file}: ${(error as Error).message}`)
  }
}

const functions = ['And', 'Base64', 'Equals', 'FindInMap', 'GetAtt', 'If', 'ImportValue', 'Join', 'Not', 'Or']
  .concat(['Select', 'Split', 'Sub'])
  .map((name) => [`!${name}`, `Fn::${name}`] as const)

const shortForms = [...functions, ['!Ref', 'Ref'] as const, ['!Condition', 'Condition'] as const]
