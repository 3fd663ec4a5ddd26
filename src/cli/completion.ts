import { UsageError } from './usage-error.ts'

export const shells = ['bash', 'zsh', 'fish'] as const

/** A command's name, and the subcommands and options in its help text. */
export interface Completed {
  name: string
  summary: string
  words: string[]
  options: string[]
}

export function completionScript(shell: string | undefined, commands: Completed[]): string {
  if (shell === 'bash') return bash(commands)
  if (shell === 'zsh') return `#compdef poolhouse\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`
  if (shell === 'fish') return fish(commands)
  throw new UsageError(`Say \`poolhouse completion SHELL\`, where SHELL is ${shells.join(', ')}.`)
}

/** Parses a help text: the words after `poolhouse NAME`, and the options. */
export function completedBy(name: string, summary: string, help: string): Completed {
  const words = [...help.matchAll(new RegExp(`^poolhouse ${name} ([a-z][a-z-]*)`, 'gm'))].map(([, word]) => word!)
  const options = [...help.matchAll(/--[a-z][a-z-]*/g)].map(([option]) => option)
  return { name, summary, words: [...new Set(words)], options: [...new Set([...options, '--help'])] }
}

function bash(commands: Completed[]): string {
  const cases = commands.map(
    ({ name, words, options }) =>
      `    ${name}) COMPREPLY=($(compgen -W "${[...words, ...options].join(' ')}" -- "$word")) ;;`,
  )
  return `_poolhouse() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(' ')}" -- "$word"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
}
complete -o default -F _poolhouse poolhouse`
}

function fish(commands: Completed[]): string {
  const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`
  const lines = commands.flatMap(({ name, summary, words, options }) => {
    const within = `-n '__fish_seen_subcommand_from ${name}'`
    return [
      `complete -c poolhouse -f -n __fish_use_subcommand -a ${name} -d ${quoted(summary)}`,
      ...(words.length > 0 ? [`complete -c poolhouse -f ${within} -a ${quoted(words.join(' '))}`] : []),
      ...options.map((option) => `complete -c poolhouse ${within} -l ${option.slice(2)}`),
    ]
  })
  return lines.join('\n')
}
