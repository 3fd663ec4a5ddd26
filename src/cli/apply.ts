import { basename } from 'node:path'
import { callOperation } from '../admin/call.ts'
import { readConfig } from '../config.ts'
import { caller } from './caller.ts'
import type { Cognito } from './cognito.ts'
import { inWords, type Print, parseOptions, shown } from './form.ts'
import { applyTemplate, type Result } from './template/apply-template.ts'
import { readTemplate } from './template/read-template.ts'
import { UsageError } from './usage-error.ts'

const options = {
  json: { type: 'boolean' },
  stack: { type: 'string' },
  parameter: { type: 'string', multiple: true },
} as const

/** Applies the user pools of a CloudFormation template. */
export async function apply(args: string[], print: Print = console.log): Promise<void> {
  const { values, positionals } = parseOptions('apply', options, args)
  const [file, ...more] = positionals
  if (file === undefined || more.length > 0) throw new UsageError('Say: poolhouse apply TEMPLATE')
  const template = await readTemplate(file)
  const endpoint = await caller()
  const { accountId } = readConfig('dev', process.env)
  const call: Cognito = async (name, input) =>
    (await callOperation(endpoint, 'AWSCognitoIdentityProviderService', name, input)) as never
  const { region } = endpoint
  const scene = { call, region, endpoint: endpoint.endpoint.replace(/\/$/, ''), stack: values.stack ?? nameOf(file) }
  const parameters = new Map((values.parameter ?? []).map(assignment))
  const result = await inWords(applyTemplate(scene, template, { parameters, accountId }))
  print(values.json ? JSON.stringify(result, null, 2) : report(result))
}

/** `Shop.template.json`, as CDK names its files, is of the stack Shop. */
const nameOf = (file: string) => basename(file).split('.')[0] || 'stack'

function assignment(text: string): [string, string] {
  const equals = text.indexOf('=')
  if (equals < 1) throw new UsageError(`--parameter is NAME=VALUE, not ${text}.`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}

function report({ resources, outputs, withoutValue, notApplied }: Result): string {
  const left = Object.entries(notApplied).map(([type, ids]) => `  ${type}: ${ids.join(', ')}`)
  const unknown = Object.entries(withoutValue).map(([name, reason]) => `  ${name}: ${reason}`)
  return [
    shown(resources, false),
    ...(Object.keys(outputs).length > 0 ? ['', 'Outputs', shown(outputs, false)] : []),
    ...(unknown.length > 0 ? ['', 'Outputs without a value', ...unknown] : []),
    ...(left.length > 0 ? ['', 'Not applied, since they are not Poolhouse’s', ...left] : []),
  ].join('\n')
}
