import { isObject, type Json, type JsonObject, type Template, TemplateError } from './read-template.ts'

export interface Environment {
  template: Template
  /** Values of parameters, and of references to what is not applied: `Bucket`, `Bucket.Arn`. */
  given: ReadonlyMap<string, string>
  /** Values of `AWS::Region` and its siblings. */
  pseudo: Readonly<Record<string, string>>
  /** The value of a resource's `Ref`, or of an attribute. */
  resourceValue(id: string, attribute?: string): Promise<Json>
}

/** `AWS::NoValue`: the member that has it is left out. */
const noValue = Symbol('AWS::NoValue')
type Value = Json | typeof noValue

export interface Evaluate {
  /** A part of the template with its functions replaced by their values. */
  (part: Json): Promise<Json>
  isTrue(condition: string): Promise<boolean>
}

/** @throws TemplateError for a function that can't be evaluated and for a reference to nothing */
export function createEvaluate(environment: Environment): Evaluate {
  const { template, given, pseudo } = environment

  async function evaluate(part: Json): Promise<Value> {
    if (Array.isArray(part)) return evaluateItems(part)
    if (!isObject(part)) return part
    const [name = '', ...more] = Object.keys(part)
    if (more.length === 0 && Object.hasOwn(functions, name)) return functions[name]!(part[name]!)
    if (more.length === 0 && name.startsWith('Fn::')) throw new TemplateError(`${name} can't be evaluated.`)
    return evaluateMembers(part)
  }

  async function evaluateItems(list: Json[]): Promise<Json[]> {
    const items: Json[] = []
    for (const item of list) {
      const value = await evaluate(item)
      if (value !== noValue) items.push(value)
    }
    return items
  }

  async function evaluateMembers(object: JsonObject): Promise<JsonObject> {
    const members: JsonObject = {}
    for (const [name, member] of Object.entries(object)) {
      const value = await evaluate(member)
      if (value !== noValue) members[name] = value
    }
    return members
  }

  async function plain(part: Json): Promise<Json> {
    const value = await evaluate(part)
    return value === noValue ? null : value
  }

  async function list(name: string, part: Json): Promise<Json[]> {
    const value = await plain(part)
    if (!Array.isArray(value)) throw new TemplateError(`${name} takes a list, not ${JSON.stringify(value)}.`)
    return value
  }

  async function refer(id: string): Promise<Value> {
    if (id === 'AWS::NoValue') return noValue
    if (Object.hasOwn(pseudo, id)) return pseudo[id]!
    if (given.has(id)) return listed(template.Parameters?.[id]?.Type, given.get(id)!)
    const parameter = template.Parameters?.[id]
    if (parameter?.Default !== undefined) return listed(parameter.Type, parameter.Default)
    if (parameter) throw new TemplateError(`The parameter ${id} has no value: give it with --parameter ${id}=VALUE.`)
    return environment.resourceValue(id)
  }

  const attribute = (id: string, name: string) =>
    given.has(`${id}.${name}`) ? given.get(`${id}.${name}`)! : environment.resourceValue(id, name)

  async function substitute(text: string, variables: JsonObject): Promise<string> {
    const parts = text.split('${')
    let result = parts.shift() ?? ''
    for (const part of parts) {
      const end = part.indexOf('}')
      if (end < 0) throw new TemplateError(`Fn::Sub: \${ is not closed in ${text}`)
      const name = part.slice(0, end).trim()
      result += (await variable(name, variables)) + part.slice(end + 1)
    }
    return result
  }

  async function variable(name: string, variables: JsonObject): Promise<string> {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`
    if (Object.hasOwn(variables, name)) return textOf(await plain(variables[name]!))
    const dot = name.indexOf('.')
    return textOf(dot < 0 ? await plain({ Ref: name }) : await attribute(name.slice(0, dot), name.slice(dot + 1)))
  }

  async function isTrue(condition: string): Promise<boolean> {
    const definition = template.Conditions?.[condition]
    if (definition === undefined) throw new TemplateError(`There is no condition ${condition}.`)
    return (await plain(definition)) === true
  }

  const functions: Record<string, (argument: Json) => Promise<Value>> = {
    Ref: (id) => refer(String(id)),
    Condition: (name) => isTrue(String(name)),
    'Fn::GetAtt': async (argument) => {
      const [id = '', ...rest] = Array.isArray(argument) ? argument.map(String) : String(argument).split('.')
      return attribute(id, rest.join('.'))
    },
    'Fn::Sub': async (argument) => {
      const [text, variables] = Array.isArray(argument) ? argument : [argument, {}]
      return substitute(String(text), isObject(variables) ? variables : {})
    },
    'Fn::Join': async (argument) => {
      const [separator, parts] = await list('Fn::Join', argument)
      return (await list('Fn::Join', parts!)).map(textOf).join(String(separator))
    },
    'Fn::Split': async (argument) => {
      const [separator, text] = await list('Fn::Split', argument)
      return textOf(text!).split(String(separator))
    },
    'Fn::Select': async (argument) => {
      const [index, items] = await list('Fn::Select', argument)
      const item = (await list('Fn::Select', items!))[Number(index)]
      if (item === undefined) throw new TemplateError(`Fn::Select: the list has no item ${index}.`)
      return item
    },
    'Fn::Base64': async (argument) => Buffer.from(textOf(await plain(argument))).toString('base64'),
    'Fn::FindInMap': async (argument) => {
      const [map, first, second] = (await list('Fn::FindInMap', argument)).map(String)
      const value = template.Mappings?.[map!]?.[first!]?.[second!]
      if (value === undefined) throw new TemplateError(`There is no ${second} of ${first} in the mapping ${map}.`)
      return value
    },
    'Fn::ImportValue': async (argument) => {
      const name = textOf(await plain(argument))
      const value = given.get(name)
      if (value === undefined)
        throw new TemplateError(`${name} is another stack's: give it with --parameter ${name}=VALUE.`)
      return value
    },
    'Fn::If': async (argument) => {
      const [condition, yes = null, no = null] = Array.isArray(argument) ? argument : []
      return evaluate((await isTrue(String(condition))) ? yes : no)
    },
    'Fn::Equals': async (argument) => {
      const [one, other] = await list('Fn::Equals', argument)
      return textOf(one!) === textOf(other!)
    },
    'Fn::And': async (argument) => (await list('Fn::And', argument)).every((value) => value === true),
    'Fn::Or': async (argument) => (await list('Fn::Or', argument)).some((value) => value === true),
    'Fn::Not': async (argument) => (await list('Fn::Not', argument))[0] !== true,
  }

  return Object.assign(plain, { isTrue })
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The parameters of list types are written with commas. */
const listed = (type = 'String', value: Json): Json =>
  typeof value === 'string' && (type.startsWith('List<') || type === 'CommaDelimitedList')
    ? value.split(',').map((item) => item.trim())
    : value
