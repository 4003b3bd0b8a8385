/**
 * Scripts that let a shell complete the command line. They are made from the commands as they are declared and hold everything,
 * so pressing Tab starts no program. Whatever is not in them is completed as the name of a file.
 */
import type { Command, Option } from 'commander';

export type Shell = 'bash' | 'zsh' | 'fish';

interface Flag {
  readonly name: string;
  readonly help: string;
  readonly takesValue: boolean;
  readonly values: readonly string[];
}

interface Completed {
  readonly name: string;
  readonly help: string;
  readonly flags: readonly Flag[];
  /** What its argument may be, when that can be listed. */
  readonly values: readonly string[];
}

/** The script of a shell. `values` are those of the argument of a command, by the command's name. */
export function completionScript(
  winnow: Command,
  shell: Shell,
  values: { readonly [command: string]: readonly string[] },
): string {
  const help = winnow.createHelp();
  const names = winnow.commands.map((command) => command.name());
  const choices: typeof values = { ...values, help: names };
  const commands = help.visibleCommands(winnow).map((command) => ({
    name: command.name(),
    help: command.description(),
    flags: help.visibleOptions(command).map(flagOf),
    values: choices[command.name()] ?? [],
  }));
  return { bash, zsh, fish }[shell](commands);
}

function flagOf({ long, flags, description, required, optional, argChoices }: Option): Flag {
  return { name: long ?? flags, help: description, takesValue: required || optional, values: argChoices ?? [] };
}

/** For versions from 3 on, which is what macOS has. */
function bash(commands: readonly Completed[]): string {
  const reply = (words: readonly string[]) => `COMPREPLY=($(compgen -W '${words.join(' ')}' -- "$cur"))`;
  const valued = commands.flatMap(({ name, flags }) =>
    flags.filter(({ values }) => values.length > 0).map((flag) => `    '${name} ${flag.name}') ${reply(flag.values)}; return ;;`),
  );
  return `# winnow completion bash
_winnow() {
  local cur="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    ${reply(commands.map(({ name }) => name))}
    return
  fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[COMP_CWORD-1]}" in
${valued.join('\n')}
  esac
  case "\${COMP_WORDS[1]} $cur" in
${commands.map(({ name, flags }) => `    '${name} '-*) ${reply(flags.map((flag) => flag.name))} ;;`).join('\n')}
${commands
  .filter(({ values }) => values.length > 0)
  .map(({ name, values }) => `    '${name} '*) ${reply(values)} ;;`)
  .join('\n')}
  esac
}
complete -o bashdefault -o default -F _winnow winnow
`;
}

/** For ~/.zshrc, and for a file `_winnow` in a folder of $fpath, which zsh reads when Tab is pressed for the first time. */
function zsh(commands: readonly Completed[]): string {
  const within = (text: string) => text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");
  const choice = (values: readonly string[]) => (values.length > 0 ? `(${values.join(' ')})` : '_files');
  const flag = ({ name, help, takesValue, values }: Flag) =>
    `'*${name}[${within(help)}]${takesValue ? `:value:${choice(values)}` : ''}'`;
  const one = ({ name, flags, values }: Completed) =>
    `    ${name}) _arguments ${flags.map(flag).join(' ')} '*:argument:${choice(values)}' ;;`;
  return `#compdef winnow
# winnow completion zsh
_winnow() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, help }) => `'${name}:${within(help)}'`).join(' ')})
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
${commands.map(one).join('\n')}
  esac
}
if [[ \${funcstack[1]-} == _winnow ]]; then
  _winnow "$@"
else
  # Only where nothing has set completion up before.
  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i; }
  compdef _winnow winnow
fi
`;
}

/** By the first word: fish's own `__fish_seen_subcommand_from` takes a folder that is called like a command for one. */
function fish(commands: readonly Completed[]): string {
  const text = (given: string) => `'${given.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands.flatMap(({ name, help, flags, values }) => {
    const here = `complete -c winnow -n ${text(`__winnow_command_is ${name}`)}`;
    return [
      `complete -c winnow -n '__winnow_command_is ""' -f -a ${name} -d ${text(help)}`,
      ...(values.length > 0 ? [`${here} -f -a ${text(values.join(' '))}`] : []),
      ...flags.map((flag) => {
        const choices = flag.values.length > 0 ? ` -x -a ${text(flag.values.join(' '))}` : ' -r';
        return `${here} -l ${flag.name.replace(/^--/, '')}${flag.takesValue ? choices : ''} -d ${text(flag.help)}`;
      }),
    ];
  });
  return `# winnow completion fish
function __winnow_command_is
  set -l words (commandline -opc)
  test "$words[2]" = "$argv[1]"
end
${lines.join('\n')}
`;
}
